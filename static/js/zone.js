// Every page says that its times are UTC ([data-zone]); with scripts they become the reader's own, and so does what is
// said. The exact moment stays in the title. A day without a time is a day everywhere and stays as it is.
{
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const parts = (date, options) =>
    Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: own, ...options }).formatToParts(date).map((it) => [it.type, it.value]));
  const write = (date, isPrecise) => {
    const exact = isPrecise ? { second: "2-digit", fractionalSecondDigits: 3 } : {};
    const { day, month, year, hour, minute, second, fractionalSecond } = parts(date, {
      day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...exact,
    });
    const isThisYear = year === parts(new Date(), { year: "numeric" }).year;
    return `${day} ${month.slice(0, 3)} ${isThisYear ? "" : `${year} `}${hour}:${minute}${isPrecise ? `:${second}.${fractionalSecond}` : ""}`;
  };
  const localize = (time) => {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.valueOf())) return;
    time.textContent = write(date, "precise" in time.dataset);
    time.dataset.own = "";
  };
  const ready = () => {
    if (!own || own === "UTC") return;
    document.querySelectorAll("main [data-zone]:not([data-own])").forEach((said) => {
      said.textContent = own.replaceAll("_", " ");
      said.dataset.own = "";
    });
    document.querySelectorAll('main time[datetime*="T"]:not([data-own])').forEach(localize);
  };
  document.addEventListener("htmx:after:swap", ready);
  // Rows of a live list and a panel that a script puts in come without a swap.
  new MutationObserver(ready).observe(document.body, { childList: true, subtree: true });
  ready();
}
