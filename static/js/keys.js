// Keyboard: j/k move between rows, Enter opens, / searches, g then a letter goes where the navigation says, ? lists the
// keys. A page's own keys are data-key attributes. Nothing happens while somebody types.
{
  let isGoing = false;
  const typing = (el) => el?.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const first = (selector) => document.querySelector(selector);

  const move = (step) => {
    const rows = [...document.querySelectorAll("[data-row]")];
    const at = rows.indexOf(document.activeElement?.closest?.("[data-row]"));
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    (next?.querySelector("a, button") ?? next)?.focus();
  };
  // Enter belongs to what has the focus, where that takes it.
  const takesEnter = (el) => el?.closest?.("a, button, summary, input, select, textarea");
  const press = (key, at) => {
    if (key === "Enter" && takesEnter(at)) return false;
    const own = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]:not(:disabled)`)].find((it) => it.checkVisibility());
    own?.click();
    own?.focus?.();
    return Boolean(own);
  };
  const go = (key) => first(`[data-go="${CSS.escape(key)}"]`)?.click();
  const help = () => {
    const dialog = first("#keys");
    if (dialog?.open) dialog.close();
    else dialog?.showModal();
  };
  const act = {
    g: () => (isGoing = true), j: () => move(1), k: () => move(-1), "/": () => first("input[type=search]")?.focus(), "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || first("dialog[open]")) return;
    if (isGoing) {
      isGoing = false;
      go(event.key);
    } else if (press(event.key, event.target)) event.preventDefault();
    else if (act[event.key]) {
      event.preventDefault();
      act[event.key]();
      if (isGoing) setTimeout(() => (isGoing = false), 1500);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-help]")) help();
    const menu = first(".account[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  // The button that opens the list does nothing without this script, so it shows itself only here.
  const show = () => document.querySelectorAll("[data-help][hidden]").forEach((button) => (button.hidden = false));
  show();
  document.addEventListener("htmx:after:swap", show);
}
