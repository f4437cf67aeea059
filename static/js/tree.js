// The tree of a trace. Every link works without this; with it, rows open in place and an observation is put beside the
// tree without loading the page. Arrows or j/k move, left and right close and open, Enter chooses. The address follows.
{
  const page = () => document.querySelector("[data-trace-page]");
  const rows = () => [...document.querySelectorAll(".tree [data-row]")];
  const level = (row) => Number(row.dataset.level);
  const say = (text) => (document.querySelector("#said").textContent = text);

  // What the address says of filters, with other words.
  const ask = (path, more) => {
    const query = new URLSearchParams(location.search);
    for (const name of ["open", "closed", "from", "under", "start"]) query.delete(name);
    for (const [name, value] of Object.entries(more)) query.set(name, value);
    return `${page().dataset.tracePage}${path}?${query}`;
  };
  const load = async (address) => {
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return answer.text();
  };
  const below = (row) => {
    const found = [];
    for (let next = row.nextElementSibling; next && level(next) > level(row); next = next.nextElementSibling) found.push(next);
    return found;
  };
  const mark = (fold, isOpen) => {
    fold.dataset.fold = isOpen ? "open" : "closed";
    fold.querySelector("span").textContent = isOpen ? "▾" : "▸";
    fold.setAttribute("aria-label", fold.getAttribute("aria-label").replace(/^\S+/, isOpen ? "Close" : "Open"));
    fold.closest("[data-row]").querySelector(".under")?.toggleAttribute("hidden", isOpen);
  };
  const rewrite = (change) => {
    const query = new URLSearchParams(location.search);
    change(query);
    history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
  };
  const without = (query, name, id) => {
    const kept = query.getAll(name).filter((known) => known !== id).slice(-11);
    query.delete(name);
    kept.forEach((known) => query.append(name, known));
  };

  const fold = async (link) => {
    const row = link.closest("[data-row]");
    const id = row.dataset.span;
    const isOpen = link.dataset.fold === "open";
    if (isOpen) below(row).forEach((under) => under.remove());
    else {
      row.setAttribute("aria-busy", "true");
      row.insertAdjacentHTML("afterend", await load(ask("/tree", { under: id, start: "0" })));
      row.removeAttribute("aria-busy");
    }
    mark(link, !isOpen);
    rewrite((query) => {
      without(query, "open", id);
      without(query, "closed", id);
      query.append(isOpen ? "closed" : "open", id);
    });
  };
  const next = async (link) => {
    const row = link.closest("[data-row]");
    const html = await load(ask("/tree", { under: link.dataset.under, start: link.dataset.next }));
    row.insertAdjacentHTML("afterend", html);
    const first = row.nextElementSibling;
    row.remove();
    first?.querySelector("a.pick, a")?.focus();
  };
  const show = async (address, row) => {
    const url = new URL(address, location.href);
    const html = await load(`${page().dataset.tracePage}/chosen${url.search}`);
    const panel = document.querySelector("#chosen");
    panel.innerHTML = html;
    window.htmx?.process(panel);
    if (row) {
      rows().forEach((other) => other.removeAttribute("aria-current"));
      row.setAttribute("aria-current", "true");
    }
    rewrite((query) => {
      for (const name of ["observation", "view", "whole"]) {
        query.delete(name);
        if (url.searchParams.has(name)) query.set(name, url.searchParams.get(name));
      }
    });
    document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx: { request: { anchor: "x" } } } }));
    say(`${panel.querySelector("h2")?.textContent ?? ""} is shown`);
    if (row && matchMedia("(max-width: 900px)").matches) panel.scrollIntoView({ block: "start" });
  };

  // Before htmx sees the click; whatever fails falls back to the link.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".tree a, #chosen a[data-view]");
    if (!link || !page() || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const run = link.dataset.fold ? fold : link.dataset.next ? next : link.matches(".pick, [data-view]") ? null : undefined;
    if (run === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const done = run ? run(link) : show(link.href, link.closest("[data-row]"));
    done.catch(() => location.assign(link.href));
  }, true);

  // A chosen row deep in the tree's own box is brought into it; the page stays where it is.
  const reveal = () => {
    const row = document.querySelector(".tree-box .tree [aria-current]");
    if (!row) return;
    const box = row.closest(".tree-box");
    const [at, frame] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
    if (at.top < frame.top || at.bottom > frame.bottom) box.scrollTop += at.top - frame.top - box.clientHeight / 2;
  };
  reveal();
  document.addEventListener("htmx:after:swap", reveal);

  const step = (to) => (to?.querySelector("a.pick, a:not(.fold)") ?? to)?.focus();
  const keys = {
    ArrowDown: (all, at) => step(all[at + 1]),
    ArrowUp: (all, at) => step(all[at - 1]),
    Home: (all) => step(all[0]),
    End: (all) => step(all.at(-1)),
    ArrowRight: (all, at) => {
      const link = all[at].querySelector("[data-fold=closed]");
      if (link) link.click();
      else step(all[at + 1]);
    },
    ArrowLeft: (all, at) => {
      const link = all[at].querySelector("[data-fold=open]");
      if (link) link.click();
      else step(all.slice(0, at).findLast((row) => level(row) < level(all[at])));
    },
  };
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(".tree [data-row]");
    if (!row || !keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const all = rows();
    keys[event.key](all, all.indexOf(row));
  });
}
