// The board: a card is dragged to another lane, which does what its menu does there. Without scripts the menu does it alone.
// The calendar: with the arrow keys an entry in focus goes a day back or on, as its buttons do.
{
  const ready = () => document.querySelectorAll("[data-card]").forEach((card) => (card.draggable = true));
  let held = null;
  let over = null;
  const mark = (lane) => {
    over?.classList.remove("is-over");
    over = lane;
    over?.classList.add("is-over");
  };
  const end = () => {
    mark(null);
    held?.classList.remove("is-held");
    held = null;
  };
  document.addEventListener("dragstart", (event) => {
    const card = event.target.closest?.("[data-card]");
    if (!card) return;
    held = card;
    card.classList.add("is-held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.querySelector("h3").textContent);
  });
  document.addEventListener("dragover", (event) => {
    if (!held) return;
    const lane = event.target.closest?.("[data-lane]");
    const isOther = lane && lane !== held.closest("[data-lane]");
    mark(isOther ? lane : null);
    if (isOther) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!held || !over) return;
    event.preventDefault();
    const way = new URL(held.querySelector("[data-moves]").href);
    way.searchParams.set("to", over.dataset.lane);
    end();
    location.assign(way);
  });
  document.addEventListener("dragend", end);
  document.addEventListener("keydown", (event) => {
    const side = { ArrowLeft: "back", ArrowRight: "on" }[event.key];
    if (!side || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const entry = event.target.closest?.(".evt[data-entry]");
    if (!entry) return;
    event.preventDefault();
    const button = entry.querySelector(`[data-day="${side}"]`);
    if (button) button.click();
    else document.querySelector("#said").textContent = entry.dataset.entry;
  });
  document.addEventListener("htmx:after:swap", ready);
  ready();
}
