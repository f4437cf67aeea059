// Words selected in a body become the quote of the verdict form.
{
  const context = 32;
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const form = document.querySelector("form[data-quote]");
    if (!form || !selection || selection.isCollapsed) return;
    const start = selection.anchorNode?.parentElement?.closest("[data-body]");
    const end = selection.focusNode?.parentElement?.closest("[data-body]");
    if (!start || start !== end) return;
    const exact = selection.toString();
    if (!exact.trim()) return;
    const all = start.textContent;
    const range = selection.getRangeAt(0);
    const before = document.createRange();
    before.selectNodeContents(start);
    before.setEnd(range.startContainer, range.startOffset);
    const at = before.toString().length;
    const put = (name, value) => {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    };
    put("quote", exact);
    put("quote_trace", start.dataset.trace);
    put("quote_observation", start.dataset.observation);
    put("quote_field", start.dataset.body);
    put("quote_prefix", all.slice(Math.max(0, at - context), at));
    put("quote_suffix", all.slice(at + exact.length, at + exact.length + context));
  });
}
