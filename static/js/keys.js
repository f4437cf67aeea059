// Keyboard: j/k move between rows, Enter opens, / searches, g then a letter goes where the navigation says, ? lists the
// keys. A page's own keys are data-key attributes; those of a row (data-row) act on the row that has the focus, else on the
// next item. Nothing happens while somebody types. What is listed stands in `web/keys.rs`, which a test holds against this.
{
  let isGoing = false;
  const typing = (el) => el?.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  const first = (selector) => document.querySelector(selector);
  const seen = (selector, place = document) => [...place.querySelectorAll(selector)].find((it) => it.checkVisibility());

  const move = (step) => {
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
    const at = rows.indexOf(document.activeElement?.closest?.("[data-row]"));
    const begin = rows.find((row) => row.matches(".is-next"));
    focusIn(at < 0 && begin ? begin : rows[Math.min(Math.max(at + step, 0), rows.length - 1)]);
  };
  const focusIn = (place) => {
    if (!place) return;
    const shown = seen("a:not([tabindex]), button, input:not([type=hidden], [data-choose]), summary", place);
    if (!shown) place.tabIndex = -1;
    (shown ?? place).focus();
  };

  // The keys of a row, by what they press in it.
  const ROW = {
    " ": "[data-row-key=space]", f: "[data-row-key=f], button[name=answer][value=fail]", u: "[data-row-key=u], button.undo",
    e: "[data-row-key=e], .file-chip, .files-here a", c: "[data-row-key=c]", x: "[data-choose]",
  };
  const pressInRow = (key, at) => {
    if (key === " " && at?.closest?.("a, button, summary, input")) return false;
    const row = at?.closest?.("[data-row]") ?? first(".item.is-next");
    const own = row && ROW[key] && seen(ROW[key], row);
    if (!own) return false;
    own.click();
    if (own.matches("summary")) own.parentElement.querySelector("input:not([type=hidden]), a")?.focus();
    return true;
  };
  const step = (by) => {
    const all = [...document.querySelectorAll("[data-step]")].filter((it) => it.checkVisibility());
    if (all.length === 0) return false;
    const card = document.activeElement?.closest?.("details.step") ?? first("details.step:has(.is-next)");
    const at = all.findIndex((it) => it.parentElement === card);
    const to = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    to.parentElement.open = true;
    to.focus();
    return true;
  };
  // Enter belongs to what has the focus, where that takes it.
  const takesEnter = (el) => el?.closest?.("a, button, summary, input, select, textarea");
  const press = (key, at) => {
    if (key === "Enter" && takesEnter(at)) return false;
    const own = seen(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
    own?.click();
    own?.focus?.();
    return Boolean(own);
  };
  const STEP = { "[": -1, "]": 1 };
  const go = (key) => first(`[data-go="${CSS.escape(key)}"]`)?.click();
  const help = () => {
    const dialog = first("#keys");
    if (dialog?.open) dialog.close();
    else dialog?.showModal();
  };
  // The page's own field, else the one that finds anything, or the link to its page where there is no room for one.
  const OWN = "main input[type=search]";
  const find = (own = seen(OWN)) => {
    const field = own || seen(".find input");
    if (field) field.focus();
    else first(".find-link")?.click();
  };
  const act = { g: () => (isGoing = true), j: () => move(1), k: () => move(-1), "/": () => find(), "?": help };

  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && first("#keys[open]")) return help();
    if (event.key === "/" && event.target.matches?.(OWN) && !event.target.value) {
      event.preventDefault();
      return find(null);
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || first("dialog[open]")) return;
    if (isGoing) {
      isGoing = false;
      go(event.key);
    } else if (press(event.key, event.target) || pressInRow(event.key, event.target)) event.preventDefault();
    else if (STEP[event.key] && step(STEP[event.key])) event.preventDefault();
    else if (act[event.key]) {
      event.preventDefault();
      act[event.key]();
      if (isGoing) setTimeout(() => (isGoing = false), 1500);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#keys a")) first("#keys").close(); // else what comes next would lie under it
    const menu = first(".account[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
}
