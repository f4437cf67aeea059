// Keyboard: j/k move between rows, Enter opens, / searches, g then a letter goes; a page's own keys are data-key attributes.
{
  const goTo = { h: "/", w: "/work-orders", t: "/traces", r: "/review", k: "/knowledge", l: "/ledger" };
  let pending = false;
  const typing = (el) => el?.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const move = (step) => {
    const all = rows();
    const at = all.indexOf(document.activeElement?.closest?.("[data-row]"));
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    (next?.querySelector("a") ?? next)?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (pending) {
      pending = false;
      if (goTo[event.key]) location.assign(goTo[event.key]);
      return;
    }
    const own = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (own) {
      event.preventDefault();
      own.click();
      own.focus?.();
      return;
    }
    if (event.key === "g") pending = true;
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === "?") document.querySelector("[data-help]")?.toggleAttribute("open");
  });
}
