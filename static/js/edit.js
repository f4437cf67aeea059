// The plan's editor: a handle drags a part, with what stands in it, to another place. It sends the part's own form with the
// place, as the buttons beside it do; those stay for the keyboard, and alone where scripts are off.
{
  const blocks = () => [...document.querySelectorAll(".blocks > .block")].filter((it) => it.checkVisibility());
  const ready = () => document.querySelectorAll(".block .grip").forEach((grip) => (grip.hidden = false));
  let held = null; // the part, where it would go, and whether before that
  const mark = (block, isBefore) => {
    held.over?.classList.remove("drop-before", "drop-after");
    Object.assign(held, { over: block, isBefore });
    block?.classList.add(isBefore ? "drop-before" : "drop-after");
  };
  const say = (words) => (document.querySelector("#said").textContent = words);
  const end = () => {
    mark(null);
    held.part.classList.remove("is-held");
    held = null;
  };
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.(".grip");
    if (!grip || event.button) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    held = { part: grip.closest(".block") };
    held.part.classList.add("is-held");
    say(`${grip.title}: drag it to its place, Escape leaves it.`);
  });
  document.addEventListener("pointermove", ({ clientY }) => {
    if (!held) return;
    if (clientY < 90) scrollBy(0, -12);
    if (clientY > innerHeight - 60) scrollBy(0, 12);
    const over = blocks().find((block) => clientY < block.getBoundingClientRect().bottom) ?? blocks().at(-1);
    const { top, height } = over.getBoundingClientRect();
    mark(over === held.part ? null : over, clientY < top + height / 2);
  });
  document.addEventListener("pointerup", () => {
    if (!held) return;
    const { part, over, isBefore } = held;
    end();
    if (!over) return say("It stays where it is.");
    const form = part.querySelector("form");
    const add = (name, value) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    add("op", "to");
    add(isBefore ? "before" : "after", over.id.replace("block-", ""));
    form.noValidate = !form.elements.reason;
    form.requestSubmit();
  });
  addEventListener("keydown", (event) => event.key === "Escape" && held && (end(), say("It stays where it is.")));
  addEventListener("pointercancel", () => held && end());
  document.addEventListener("htmx:after:swap", ready);
  // A part that was sent may have come into another run of the plan: that is unfolded, on a phone.
  let sent;
  document.addEventListener("submit", (event) => (sent = event.target.closest?.(".block")?.id));
  document.addEventListener("htmx:after:swap", () => {
    const fold = sent && document.getElementById(sent)?.closest(".plan-fold");
    if (fold) fold.open = true;
    sent = undefined;
  });
  // What stands in the line for a new part and was not added would be left behind without a word.
  const left = (event) => {
    const isAway = event.type === "submit" ? event.target.matches('form[action$="/transition"]') : event.target.closest?.('main a[href^="/work-orders/"]:not([href*="/edit"])');
    const line = document.querySelector(".add textarea[name=text]");
    if (!isAway || !line?.value.trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    line.setCustomValidity("Add this first, or clear it: it is no part of the plan yet.");
    line.reportValidity();
    line.addEventListener("input", () => line.setCustomValidity(""), { once: true });
    line.closest("form").addEventListener("submit", () => line.setCustomValidity(""), { once: true, capture: true });
  };
  for (const name of ["submit", "click"]) addEventListener(name, left, true);
  ready();
}
