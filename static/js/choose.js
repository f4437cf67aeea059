// Rows that are chosen for one press: shift with a click or with x takes every row from the last one to this, the bar above opens and says
// how many there are, and the box in the head takes all of the page. Without this the boxes and the bar are there all the same.
{
  let last; // the box of the last choice
  const boxes = () => [...document.querySelectorAll("[data-choose]")];
  const typing = (el) => el?.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  const tell = () => {
    const all = boxes();
    const said = document.querySelector("[data-choose-count]");
    if (!said) return;
    const count = all.filter((box) => box.checked).length;
    said.textContent = count > 0 ? `${count} chosen` : "";
    // On a phone the bar lies over the rows, so it opens when it is asked to.
    if (count > 0 && !matchMedia("(max-width: 720px)").matches) said.closest("details").open = true;
    const whole = document.querySelector("[data-choose-all]");
    if (!whole) return;
    whole.hidden = false;
    whole.checked = all.length > 0 && count === all.length;
    whole.indeterminate = count > 0 && count < all.length;
  };
  const upTo = (box, isOn) => {
    const all = boxes();
    const [from, to] = [all.indexOf(last?.isConnected ? last : box), all.indexOf(box)];
    all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((it) => (it.checked = isOn));
    last = box;
    tell();
  };

  document.addEventListener("click", (event) => {
    if (event.shiftKey && event.target.matches?.("[data-choose]")) upTo(event.target, event.target.checked);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-choose-all]")) boxes().forEach((box) => (box.checked = event.target.checked));
    if (event.target.matches?.("[data-choose]")) last = event.target;
    tell();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "X" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const box = event.target.closest?.("[data-row]")?.querySelector("[data-choose]");
    if (!box || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    upTo(box, true);
  });
  tell();
  document.addEventListener("htmx:after:swap", tell);
  addEventListener("pageshow", tell);
}
