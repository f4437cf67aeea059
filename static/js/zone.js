// Where a page says that its times are UTC ([data-zone]), they become the reader's own, and so does what it says. The exact
// moment stays in the title. Pages that do not say it are left alone: two zones on one page would mislead.
{
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const parts = (date, options) =>
    Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: own, ...options }).formatToParts(date).map((it) => [it.type, it.value]));
  const write = (date) => {
    const { day, month, year, hour, minute } = parts(date, {
      day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
    const isThisYear = year === parts(new Date(), { year: "numeric" }).year;
    return `${day} ${month.slice(0, 3)} ${isThisYear ? "" : `${year} `}${hour}:${minute}`;
  };
  const ready = () => {
    const said = document.querySelector("main [data-zone]");
    if (!said || !own || own === "UTC") return;
    said.textContent = own.replaceAll("_", " ");
    for (const time of document.querySelectorAll("main time[datetime]")) {
      const date = new Date(time.dateTime);
      if (!Number.isNaN(date.valueOf())) time.textContent = write(date);
    }
  };
  document.addEventListener("htmx:after:swap", ready);
  ready();
}
