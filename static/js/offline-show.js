// Shows what waits: how many in the masthead, on the rows of an order, and on the page of what waits. What needs the network is
// greyed while there is none, with the reason.
{
  const { offline } = window;
  const make = (tag, className, words = "") => Object.assign(document.createElement(tag), { className, textContent: words });
  const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const entries = (count) => (count === 1 ? "1 entry" : `${count} entries`);
  const NEEDS = '#main form[action$="/transition"] button, #main a[href*="/move/"], #main a[href$="/sign"], #main a[href$="/approve-changes"], #main a[href$="/edit"], #main form[action$="/sign"] button, .two-answers form button';

  // Photos that wait are seen as they are kept; a picture that is drawn anew lets go of the one before.
  let drawn = [];
  const pictures = (entry) =>
    (entry.files ?? []).filter(({ blob }) => blob?.type.startsWith("image/")).map(({ name, blob }) => {
      const picture = Object.assign(make("img", "kept-photo"), { src: URL.createObjectURL(blob), alt: name, width: 40, height: 40 });
      picture.addEventListener("error", () => picture.remove()); // of a kind that this browser does not show: its name stands there
      drawn.push(picture.src);
      return picture;
    });

  const badge = (own) => {
    const link = document.querySelector("#waiting-badge");
    if (!link) return;
    const asks = own.filter((it) => it.state !== "waiting").length;
    const waits = own.length - asks;
    link.hidden = own.length === 0;
    // A phone's head has room for the first words only.
    const words = asks > 0 ? [`${asks} needs you`] : [`${waits} waiting`, make("span", "rest", " to be sent")];
    link.replaceChildren(...words);
  };

  const grey = () => {
    for (const control of document.querySelectorAll(NEEDS)) {
      const isOff = offline.isOff();
      if (isOff === control.hasAttribute("data-greyed")) continue;
      control.toggleAttribute("data-greyed", isOff);
      control.setAttribute("aria-disabled", isOff);
      if (isOff) control.title = "This needs the network.";
      else control.removeAttribute("title");
    }
  };

  const banner = (own) => {
    const here = document.querySelector("#offline-order");
    if (!here) return;
    const waits = own.filter((it) => it.state === "waiting").length;
    here.hidden = !offline.isOff() && own.length === 0;
    const words = offline.isOff() ? "No network. " : "";
    // The line that stays at the top of a phone says it as well.
    const net = document.querySelector("[data-net]");
    net.hidden = !offline.isOff();
    net.textContent = `No network${waits > 0 ? ` · ${waits} waiting` : ""}`;
    const sum = own.length > waits ? `${own.length - waits} needs you.` : waits === 1 ? "1 entry waits on this device and is sent when it is back." : `${waits} entries wait on this device and are sent when it is back.`;
    here.querySelector("[data-sum]").textContent = words + (own.length > 0 ? sum : "What you do here is kept on this device.") + " Only signing and moves have to wait.";
  };

  /** The last entry about each part of this order, on its row. */
  const rows = (own) => {
    document.querySelectorAll("[data-kept]").forEach((it) => it.remove());
    document.querySelectorAll("[data-row]:is(.kept, .taken-back)").forEach((it) => it.classList.remove("kept", "taken-back"));
    const order = document.querySelector("#offline-order")?.dataset.order;
    const last = new Map();
    for (const entry of own.filter((it) => it.order === order && it.target)) last.set(`${entry.target} ${entry.kind === "files"}`, entry);
    for (const entry of last.values()) {
      const row = document.getElementById(entry.target.replace(":", "-"));
      if (row) mark(row, entry);
    }
    // A line of the log and a comment are about no row: they stand where they will stand.
    for (const [kind, place] of [["log", "#log"], ["comment", "#comments"]]) {
      const written = own.filter((it) => it.order === order && it.kind === kind).map(said);
      document.querySelector(`${place} > :is(ul.log, p.quiet)`)?.after(...written);
    }
    // What the server knows as the last act is none any more; each row has the way back of its own.
    const isNewer = own.some((it) => it.order === order && ["tick", "answer", "undo"].includes(it.kind));
    document.querySelector(".last-done")?.toggleAttribute("hidden", isNewer);
    bar();
    progress(own.filter((it) => it.order === order));
  };

  /** The bar at the bottom goes on to the next row that is not kept already, and ticks it where a tick is asked for. */
  const bar = () => {
    const goTo = document.querySelector(".bottom-bar [data-go-to]");
    if (!goTo || !document.getElementById(goTo.hash.slice(1))?.classList.contains("kept")) return;
    const row = [...document.querySelectorAll("[data-row]:not(.kept)")].find((it) => it.querySelector('form[action$="/tick"], form.answer'));
    const form = document.querySelector('.bottom-bar form[action$="/tick"]');
    const tick = row?.querySelector('form[action$="/tick"]');
    const words = row?.querySelector(".text").textContent.trim() ?? "";
    // A photo belongs to what the bar names; where it names nothing, to the whole order.
    const photo = document.querySelector('.bottom-bar a[href*="/files/new"]');
    if (photo) photo.href = row?.querySelector('a[href*="/files/new"]')?.href ?? photo.pathname;
    goTo.hidden = !row;
    goTo.href = `#${row?.id ?? ""}`;
    goTo.querySelector(".three-lines").textContent = `Go to: ${words}`;
    if (form) {
      form.hidden = !tick;
      form.dataset.tickNext = tick ? row.id : "";
      form.elements.target.value = tick?.elements.target.value ?? "";
      form.querySelector(".three-lines").textContent = words;
    }
    document.dispatchEvent(new Event("next-row"));
  };

  const said = (entry) => {
    const meta = make("span", "meta");
    meta.dataset.kept = entry.id;
    meta.append(make("span", "", `${entry.kind === "undo" ? "Taken back by you" : "By you"} ${clock(entry.claimed)}`));
    if (["answer", "files", "log", "comment"].includes(entry.kind)) meta.append(...pictures(entry), make("b", "", entry.words));
    if (["tick", "answer"].includes(entry.kind)) {
      const undo = Object.assign(make("button", "plain", "Undo"), { type: "button" });
      undo.dataset.unkeep = entry.target;
      undo.setAttribute("aria-label", `Undo: ${entry.title}`);
      meta.append(undo);
    }
    meta.append(make("span", "chip waits-here", entry.state === "waiting" ? "waiting" : "needs you"));
    return meta;
  };

  const mark = (row, entry) => {
    const meta = said(entry);
    row.append(meta);
    row.classList.toggle("taken-back", entry.kind === "undo");
    const question = row.querySelector("form.answer");
    const isPhoto = entry.kind === "files" && question?.querySelector('a[href*="/files/new"]');
    if (!isPhoto && !["tick", "answer"].includes(entry.kind)) return;
    const hadFocus = question?.contains(document.activeElement);
    row.classList.add("kept");
    if (hadFocus) meta.querySelector("button")?.focus(); // the question is not asked while its answer waits
  };

  /** The striped part of the measure: what is done here and not yet sent. */
  const progress = (own) => {
    const words = document.querySelector("#top .progress > span");
    const measure = document.querySelector("#top .progress .measure");
    if (!words || !measure) return;
    const parts = new Set(own.filter((it) => it.target && it.kind !== "files").map((it) => it.target));
    const done = [...parts].filter((part) => ["tick", "answer"].includes(own.filter((it) => it.target === part && it.kind !== "files").at(-1).kind)).length;
    measure.querySelector(".kept-part")?.remove();
    document.querySelector("[data-kept-sum]")?.remove();
    if (done === 0) return;
    const total = Number(/of (\d+)/.exec(words.textContent)?.[1] ?? 0) || done;
    const before = Math.max(0, ...[...measure.querySelectorAll("rect")].map((it) => parseFloat(it.getAttribute("x") ?? 0) + parseFloat(it.getAttribute("width"))));
    const part = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ class: "kept-part", fill: "url(#hatch)", x: `${before}%`, width: `${(done * 100) / total}%`, height: 6 })) part.setAttribute(name, value);
    measure.append(part);
    const sum = make("span", "quiet", `· ${done} waiting`);
    sum.dataset.keptSum = "";
    words.after(" ", sum);
  };

  const waitingPage = async (own) => {
    const page = document.querySelector("#waiting-page");
    if (!page) return;
    const there = new Set([...page.querySelectorAll("[data-entry]")].map((it) => it.dataset.entry));
    if (!offline.isOff()) {
      // What was decided elsewhere needs nobody any more.
      for (const entry of own.filter((it) => it.state !== "waiting" && it.why && !there.has(it.id) && !it.isLocal)) await offline.drop(entry);
    }
    page.querySelectorAll("[data-again]").forEach((it) => (it.hidden = !own.some((entry) => entry.id === it.dataset.again)));
    // What the server could not take at all is known here alone.
    const waits = own.filter((it) => it.state === "waiting" || it.isLocal);
    const section = page.querySelector("[data-here]");
    section.hidden = waits.length === 0;
    section.querySelector("[data-here-count]").textContent = waits.length;
    section.querySelector("[data-here-said]").textContent = offline.isOff() ? "No network now." : "";
    section.querySelector("[data-here-list]").replaceChildren(...waits.map(waitingRow));
    const empty = page.querySelector("[data-empty]");
    if (empty) empty.hidden = waits.length > 0;
    const others = (await offline.total()) - own.length;
    const note = page.querySelector("[data-others]");
    note.hidden = others === 0;
    note.querySelector("[data-others-said]").textContent = `${entries(others)} of another account wait on this device, locked until its owner signs in.`;
  };

  const waitingRow = (entry) => {
    const names = { log: "Entry of the log", comment: "Comment", files: "Photo or file" };
    const row = make("li", "sent-row");
    row.append(make("span", "box"), make("span", ""));
    row.lastChild.append(`${entry.title || names[entry.kind] || "A part of the order"}, `, make("b", "", entry.words), document.createElement("br"), make("span", "quiet small", `${entry.number} · you ${clock(entry.claimed)}`));
    row.lastChild.append(...pictures(entry));
    if (entry.isLocal) row.lastChild.append(make("p", "error", entry.why), button("Send again", "resend", entry), " ", button("Remove", "throw", entry));
    return row;
  };
  const button = (words, what, entry) => {
    const made = Object.assign(make("button", "small", words), { type: "button" });
    made.dataset[what] = entry.id;
    return made;
  };

  const show = async () => {
    grey();
    if (!offline.owner()) return;
    const own = await offline.own().catch(() => []);
    const before = drawn.splice(0);
    badge(own);
    banner(own);
    rows(own);
    await waitingPage(own);
    before.forEach((it) => URL.revokeObjectURL(it));
  };
  let turn = Promise.resolve();
  const soon = () => (turn = turn.then(show, show));

  for (const name of ["offline:changed", "htmx:after:swap", "htmx:after:settle"]) document.addEventListener(name, soon);
  for (const name of ["online", "offline", "pageshow"]) addEventListener(name, soon);
  document.addEventListener("click", (event) => {
    const held = event.target.closest?.("[data-greyed]");
    if (!held) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell("Signing and moves need the network.", "bad");
  }, true);
  const tell = (words, tone) => {
    // What the page said before is of an earlier act.
    document.querySelectorAll(".flash").forEach((it) => it.remove());
    const said = Object.assign(make("p", `flash ${tone}`, words), { id: "offline-said" });
    said.setAttribute("role", "status");
    document.querySelector("#main")?.prepend(said);
  };
  // A row that cannot be ticked yet says why, where it is pressed.
  document.addEventListener("click", ({ target }) => {
    const row = target.closest?.("[data-why]");
    if (row && !target.closest("a, button, input, label, summary, .ask")) tell(row.dataset.why, "bad");
  });
  document.addEventListener("offline:said", ({ detail }) => tell(detail, "good"));
  soon();
}
