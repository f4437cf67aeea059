// The order's page: it opens at the next item, the bar at the bottom ticks only what is on the screen, the timer counts, and
// what a link leads to is unfolded. Without this script the same links and forms stand there.
{
  const isPhone = () => matchMedia("(max-width: 720px)").matches;
  const nextForm = () => document.querySelector("[data-tick-next]");

  // The bar says "Go to" until the row that it would tick is on the screen.
  let watcher;
  const watch = () => {
    watcher?.disconnect();
    const form = nextForm();
    const row = form && document.getElementById(form.dataset.tickNext);
    if (!row) return;
    const bar = form.closest(".bottom-bar");
    const show = (isThere) => {
      form.hidden = !isThere;
      bar.querySelector("[data-go-to]").hidden = isThere;
    };
    // Half of it, or as much of a long one as half of the screen holds.
    const isSeen = ({ intersectionRatio: part, intersectionRect: seen }) => part >= 0.5 || seen.height > innerHeight / 2;
    const options = { rootMargin: "-56px 0px -120px 0px", threshold: [0, 0.25, 0.5] };
    watcher = new IntersectionObserver(([entry]) => show(isSeen(entry)), options);
    watcher.observe(row);
  };

  document.addEventListener("next-row", watch); // another row is next while some wait for the network

  const unfold = (place) => {
    for (let fold = place?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  };
  const placeOf = (hash) => (hash ? document.getElementById(decodeURIComponent(hash.replace(/^#/, ""))) : null);

  // What was ticked has no button any more, so its row takes the focus: the keys go on from there.
  // Where the row itself is gone, the one beside it does.
  let acted = [];
  document.addEventListener("submit", (event) => {
    const row = event.target.closest?.("[data-row]");
    acted = [row?.id ?? event.target.dataset?.tickNext, row?.nextElementSibling?.id, row?.previousElementSibling?.id].filter(Boolean);
  });
  const keepFocus = () => {
    const row = acted.map((id) => document.getElementById(id)).find(Boolean);
    acted = [];
    const isElsewhere = document.activeElement?.closest("main *");
    if (!row || isElsewhere) return;
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
  };

  const openAtNext = () => {
    const row = document.querySelector(".item.is-next");
    if (!row || location.hash || !isPhone()) return;
    unfold(row);
    row.scrollIntoView({ block: "center" });
  };

  const begun = performance.now();
  let readAt = begun;
  const count = () => {
    document.querySelectorAll("[data-ran]").forEach((timer) => {
      const seconds = Number(timer.dataset.ran) + Math.floor((performance.now() - readAt) / 1000);
      const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
      const two = (number) => String(number).padStart(2, "0");
      timer.textContent = hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
    });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('main a[href*="#"]');
    if (link && new URL(link.href).pathname === location.pathname) unfold(placeOf(new URL(link.href).hash));
  });
  addEventListener("hashchange", () => unfold(placeOf(location.hash)));
  document.addEventListener("htmx:after:swap", (event) => {
    readAt = performance.now();
    document.querySelector("main > .flash")?.getAnimations().forEach((it) => it.play()); // other words in the same place
    const place = placeOf(event.detail.ctx?.request?.anchor ?? location.hash);
    unfold(place);
    keepFocus();
    watch();
    if (!place) openAtNext();
  });
  setInterval(count, 1000);
  unfold(placeOf(location.hash));
  openAtNext();
  watch();
  count();
}
