// What a browser finds wrong with a field is said beside it, as the server says it: its own bubble goes away by itself and is
// read by no one who comes later. Without this script the bubble says it.
{
  const blank = (field) => field.required && field.value !== "" && field.value.trim() === "";
  const words = (field) => {
    const { valueMissing, tooShort } = field.validity;
    if (valueMissing || blank(field)) return field.matches("select, [type=radio], [type=checkbox]") ? "choose one" : "cannot be empty";
    return tooShort ? `${nameOf(field)}needs at least ${field.minLength} characters` : field.validationMessage;
  };
  // The label's own words, without its hint and without what stands in the field.
  const nameOf = (field) => {
    const parts = [...(field.labels?.[0]?.childNodes ?? [])].filter((it) => it.nodeType === Node.TEXT_NODE);
    const name = parts.map((it) => it.textContent.trim()).find(Boolean);
    return name ? `“${name}” ` : "";
  };
  const idOf = (field) => `fault-${field.id || `${field.form?.getAttribute("action")}-${field.name}`}`;

  const clear = (field) => {
    if (!field.dataset.faultSaid) return;
    document.getElementById(idOf(field))?.remove();
    for (const name of ["data-fault-said", "aria-invalid", "aria-describedby"]) field.removeAttribute(name);
  };
  const say = (field) => {
    clear(field);
    const said = Object.assign(document.createElement("span"), { className: "error", id: idOf(field), textContent: words(field) });
    said.setAttribute("role", "alert");
    document.getElementById(said.id)?.remove();
    field.after(" ", said);
    field.dataset.faultSaid = "1";
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", said.id);
  };

  let first = null;
  document.addEventListener("invalid", (event) => {
    const field = event.target;
    // What cannot be seen cannot hold a word: the browser says why it sends nothing.
    if (!field.checkVisibility?.() || field.matches("[type=radio]")) return;
    event.preventDefault();
    say(field);
    if (first) return;
    first = field;
    first.focus();
    queueMicrotask(() => (first = null));
  }, true);
  // Blanks fill nothing in; a browser takes them for words.
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.("input, textarea, select")) return;
    if (field.matches("textarea, input:not([type=password])")) field.setCustomValidity(blank(field) ? "cannot be empty" : "");
    if (field.validity.valid) clear(field);
  });
}
