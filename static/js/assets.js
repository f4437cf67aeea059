// The tree of assets by arrows: up and down move, left folds what is below or goes up, right unfolds. Every row is a link without
// this. A field for an asset that offers only some of them asks for more while somebody types.
{
  const rows = () => [...document.querySelectorAll("[data-asset-row]")];
  const level = (row) => Number(row.dataset.level);
  const shown = () => rows().filter((row) => !row.hidden);
  const to = (row) => row?.querySelector("a").focus();
  const below = (row) => {
    const found = [];
    for (let next = row.nextElementSibling; next && level(next) > level(row); next = next.nextElementSibling) found.push(next);
    return found;
  };
  const up = (row) => {
    let above = row.previousElementSibling;
    while (above && level(above) >= level(row)) above = above.previousElementSibling;
    return above;
  };
  const fold = (row, isFolded) => {
    below(row).forEach((under) => (under.hidden = isFolded));
    row.toggleAttribute("data-folded", isFolded);
    document.querySelector("#said").textContent = isFolded ? `${below(row).length} folded` : `${below(row).length} unfolded`;
  };
  const move = (row, by) => {
    const all = shown();
    to(all[Math.min(Math.max(all.indexOf(row) + by, 0), all.length - 1)]);
  };
  const act = {
    ArrowDown: (row) => move(row, 1),
    ArrowUp: (row) => move(row, -1),
    ArrowLeft: (row) => (below(row).length && !row.hasAttribute("data-folded") ? fold(row, true) : to(up(row))),
    ArrowRight: (row) => (row.hasAttribute("data-folded") ? fold(row, false) : move(row, 1)),
  };
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.("[data-asset-row]");
    if (!row || !act[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act[event.key](row);
  });

  let asked = 0;
  document.addEventListener("input", ({ target }) => {
    if (!target.matches?.("[data-assets]") || !target.list) return;
    clearTimeout(asked);
    asked = setTimeout(async () => {
      const answer = await fetch(`/assets/options?q=${encodeURIComponent(target.value)}`).catch(() => null);
      if (answer?.ok && !answer.redirected) target.list.innerHTML = await answer.text();
    }, 250);
  });
}
