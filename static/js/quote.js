// Words selected in a body become a quote: of the form that takes one (on a trace), or one more in the list of the verdict
// form. While the mouse or the keyboard still moves the selection, the same quote follows it.
{
  const context = 32;
  const isShort = (words) => [...words.trim()].length === 1;
  const span = (id) => document.querySelector(`.proof [data-span="${CSS.escape(id)}"] .name`)?.textContent ?? "";

  // A triple click ends in the next element, a drag may begin above: what counts is what lies inside the one body.
  const within = (body, range) => {
    const whole = document.createRange();
    whole.selectNodeContents(body);
    if (range.compareBoundaryPoints(Range.START_TO_START, whole) > 0) whole.setStart(range.startContainer, range.startOffset);
    if (range.compareBoundaryPoints(Range.END_TO_END, whole) < 0) whole.setEnd(range.endContainer, range.endOffset);
    return whole;
  };
  const selected = () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const parts = [...document.querySelectorAll("[data-body]")]
      .filter((body) => range.intersectsNode(body))
      .map((body) => ({ body, range: within(body, range) }))
      .filter((part) => part.range.toString().trim());
    return parts.length === 1 ? read(parts[0]) : null;
  };
  const read = ({ body, range }) => {
    const before = document.createRange();
    before.selectNodeContents(body);
    before.setEnd(range.startContainer, range.startOffset);
    const [all, raw] = [body.textContent, range.toString()];
    const exact = raw.trim();
    const at = before.toString().length + raw.indexOf(exact);
    return {
      quote: exact,
      quote_trace: body.dataset.trace,
      quote_observation: body.dataset.observation,
      quote_field: body.dataset.body,
      quote_prefix: all.slice(Math.max(0, at - context), at),
      quote_suffix: all.slice(at + exact.length, at + exact.length + context),
    };
  };

  const fill = (form, fields) => {
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
  };

  // The list of the verdict form.
  let live = null;
  const list = () => document.querySelector("[data-quotes]");
  const count = () => {
    const [label, quotes] = [document.querySelector("[data-quote-count]"), list()?.children.length ?? 0];
    if (label) label.textContent = label.dataset.quoteCount + (quotes ? `, ${quotes}` : "");
    needs();
  };
  const add = (fields) => {
    const same = [...list().children].find((row) => row !== live && reads(row, fields));
    if (same) {
      live?.remove();
      live = same;
      return count();
    }
    if (!live?.isConnected) {
      live = document.querySelector("[data-quote-row]").content.firstElementChild.cloneNode(true);
      const drop = document.createElement("button");
      Object.assign(drop, { type: "button", className: "plain drop", textContent: "×" });
      drop.setAttribute("aria-label", "Take this quote away");
      live.append(drop);
      list().append(live);
    }
    for (const [name, value] of Object.entries(fields)) live.querySelector(`[name=${name}]`).value = value;
    live.querySelector("[data-words]").textContent = fields.quote;
    live.querySelector("[data-read-in]").textContent = [span(fields.quote_observation), fields.quote_field].filter(Boolean).join(", ");
    live.querySelector(".short")?.remove();
    if (isShort(fields.quote)) {
      const warning = document.createElement("span");
      Object.assign(warning, { className: "short", textContent: "A single letter stands in almost any text and shows nothing. Quote more words." });
      live.append(warning);
    }
    count();
  };
  const reads = (row, fields) => Object.entries(fields).every(([name, value]) => row.querySelector(`[name=${name}]`)?.value === value);

  // What the form still lacks, said beside its button.
  const needs = () => {
    const form = document.querySelector("form.verdict-form");
    const line = form?.querySelector("[data-needs]");
    if (!line) return;
    const outcome = form.elements.namedItem("outcome")?.value;
    const isSettled = outcome === "supported" || outcome === "refuted";
    const quotes = [...form.querySelectorAll("[name=quote]")].filter((field) => field.value.trim()).length;
    const missing = [
      isSettled && !quotes && "at least one quote",
      outcome === "refuted" && !form.elements.namedItem("comment").value.trim() && "a comment that says what is wrong",
      outcome === "not_enough_information" && !form.elements.namedItem("reason").value && "why it is not enough",
    ].filter(Boolean);
    line.textContent = missing.length ? `Still needed: ${missing.join(" and ")}.` : "";
    line.hidden = !missing.length;
  };

  document.addEventListener("selectionchange", () => {
    const form = document.querySelector("form[data-quote]");
    const fields = form && selected();
    if (!fields) return;
    if (list()) add(fields);
    else fill(form, fields);
  });
  // A new selection is a new quote; a double or triple click goes on with the one it began.
  document.addEventListener("mousedown", (event) => {
    if (event.detail < 2) live = null;
  }, true);
  document.addEventListener("touchstart", () => (live = null), { capture: true, passive: true });
  document.addEventListener("click", (event) => {
    const drop = event.target.closest?.(".quotes .drop");
    if (!drop) return;
    event.preventDefault();
    event.stopPropagation();
    drop.closest("li").remove();
    count();
  }, true);
  // Typed words join the list at once.
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.("[data-typed-quote] button")?.closest("[data-typed-quote]");
    if (!box) return;
    event.preventDefault();
    event.stopPropagation();
    const fields = Object.fromEntries([...box.querySelectorAll("[name^=quote]")].map((field) => [field.name, field.value]));
    if (!fields.quote.trim()) return;
    live = null;
    add(fields);
    live = null;
    box.querySelector("textarea").value = "";
    needs();
  }, true);
  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => event.target.form && needs());

  // Other evidence of the same claim is opened: what was chosen so far stays.
  let kept = null;
  const address = () => document.querySelector("form.verdict-form")?.getAttribute("action");
  document.addEventListener("htmx:before:swap", () => {
    const form = document.querySelector("form.verdict-form");
    kept = form && {
      action: address(),
      rows: [...list().children],
      outcome: form.elements.namedItem("outcome")?.value,
      comment: form.elements.namedItem("comment").value,
      reason: form.elements.namedItem("reason").value,
    };
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const isAnswer = (event.detail.ctx?.request?.method ?? "GET") !== "GET";
    const form = document.querySelector("form.verdict-form");
    if (form && kept && !isAnswer && kept.action === address()) {
      list().replaceChildren(...kept.rows);
      fill(form, { comment: kept.comment, reason: kept.reason });
      if (kept.outcome) form.elements.namedItem("outcome").value = kept.outcome;
    }
    kept = null;
    ready();
  });

  // With scripts on, selecting is the way; the fields to type in wait folded. The bar goes when the form is in sight.
  const ready = () => {
    document.querySelectorAll("[data-typed-quote]").forEach((box) => (box.open = Boolean(box.querySelector("textarea[aria-invalid]") || box.querySelector("textarea").value)));
    const bar = document.querySelector("[data-until]");
    if (bar) {
      const watch = new IntersectionObserver(([entry]) => (bar.hidden = entry.isIntersecting));
      watch.observe(document.querySelector(bar.dataset.until));
    }
    count();
  };
  ready();
}
