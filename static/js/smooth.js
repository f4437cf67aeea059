// With scripts on, the same links and forms swap <main>, the masthead and the list of keys instead of loading the page.
// The server does not know the difference: it answers 303 and whole pages. Without htmx nothing here runs and nothing
// changes.

// Of many tabs the chosen one is where it is seen: on a phone their row is wider than the page.
const showTab = () => {
  const tab = document.querySelector("#main .tabs [aria-current]");
  const row = tab?.parentElement;
  if (row) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
};
showTab();

if (window.htmx) {
  // Where the page stays the same (a tick, an undo), so does the scroll position: `show:none`, and we scroll ourselves.
  const inherited = {
    boost: "true", target: "#main", select: "#main", "select-oob": "#masthead:outerMorph,#keys:outerMorph", swap: "outerMorph show:none", sync: "drop",
  };
  document.body.setAttribute("hx-boost", "true");
  for (const [name, value] of Object.entries(inherited)) document.body.setAttribute(`hx-${name}:inherited`, value);

  const say = (text) => (document.querySelector("#said").textContent = text);

  // The page that is shown: on the way back the address is the other page's before that page is there.
  let shown = location.pathname;
  const isAnother = (ctx) => {
    const isRefusal = ctx.request.method !== "GET" && ctx.response?.status >= 400;
    const url = ctx.response?.raw.url;
    return Boolean(url) && !isRefusal && new URL(url).pathname !== shown;
  };

  // htmx loads the page that one goes back to only where the history marks it as its own. A page that was loaded whole and a
  // place on a page are to be come back to as well; else their address would stand over the page that was left.
  const mark = () => history.state?.htmx || history.replaceState({ ...history.state, htmx: true }, "");
  addEventListener("hashchange", mark);
  mark();

  // A file is not a page: let the browser have it.
  document.addEventListener("htmx:before:response", (event) => {
    const { raw, headers } = event.detail.ctx.response;
    if (headers.get("content-type")?.startsWith("text/html")) return;
    event.preventDefault();
    if (raw.redirected || event.detail.ctx.request.method === "GET") location.assign(raw.url);
  });

  // A refusal is shown where it happened; its address is no page to come back to.
  document.addEventListener("htmx:before:history:update", (event) => {
    if (event.detail.response?.status >= 400) event.preventDefault();
  });

  // The form that was sent and taken: the page that follows shows it empty and folded, or it would be sent twice.
  const taken = (ctx) => {
    const form = ctx.sourceElement?.closest?.("form");
    return form && form.method === "post" && ctx.response?.raw.ok ? form : null;
  };

  // What such a form is folded in: where it asks for something, so that a button in an open step leaves the step open. What
  // holds several such forms stays as it is.
  const asks = (form) => form?.querySelector("textarea, select, input:not([type=hidden])");
  const foldOf = (form) => (asks(form) ? form.closest("details:not([data-stays])") : null);

  // A form that asks for something and is refused without a page of its own: the refusal is said at the form, which keeps
  // what was typed.
  document.addEventListener("htmx:before:swap", (event) => {
    const main = event.detail.tasks?.find((task) => task.type === "main");
    const sentence = main?.fragment.querySelector("[data-problem] [data-sentence]")?.textContent;
    const form = event.detail.ctx.sourceElement?.closest?.("form");
    if (!sentence || form?.method !== "post" || !asks(form)) return;
    event.preventDefault();
    form.querySelector(":scope > .refused-here")?.remove();
    const said = document.createElement("p");
    Object.assign(said, { className: "banner bad refused-here", tabIndex: -1 });
    said.setAttribute("role", "alert");
    said.append(Object.assign(document.createElement("span"), { textContent: sentence }));
    document.querySelector("main > .flash")?.remove();
    form.prepend(said);
    said.focus();
  });

  // A morph keeps what fields hold and what is unfolded, which is right for the same page only: with the verdict chosen for one
  // claim the next would be signed. Another page is put in whole.
  document.addEventListener("htmx:before:swap", (event) => {
    const main = event.detail.tasks?.find((task) => task.type === "main");
    if (main && isAnother(event.detail.ctx)) main.swapSpec.style = "outerSync";
  });

  // A morph finds again what has an id, and its focus with it. The fields of a row that saves itself have theirs by row and name.
  const identify = (root) =>
    root.querySelectorAll("[data-row][id] form:has([data-send])").forEach((form) => {
      const own = form.closest("[data-row]").id;
      form.id ||= `${own}-form`;
      form.querySelectorAll("[name]").forEach((field) => (field.id ||= [own, field.name, field.matches("button") && field.value].filter(Boolean).join("-")));
      form.querySelectorAll(".acts a, summary").forEach((it) => (it.id ||= `${own}-${it.localName}`));
    });

  // What a reader had opened stays open when only the page's facts change.
  let then; // the field that one goes on with
  document.addEventListener("htmx:before:swap", (event) => {
    const main = event.detail.tasks?.find((task) => task.type === "main");
    const { ctx } = event.detail;
    then = undefined;
    if (!main || !ctx.response || isAnother(ctx)) return;
    const done = taken(ctx);
    const folded = foldOf(done);
    document.querySelectorAll("#main details[id][open]").forEach((open) => {
      if (open !== folded) main.fragment.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
    });
    [document, main.fragment].forEach(identify);
    if (!done?.querySelector("[data-send]")) done?.reset(); // such a form may be written in again already
    then = done?.querySelector("[data-then]");
  });
  document.addEventListener("htmx:after:swap", () => {
    if (then?.isConnected) then.focus();
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    const main = document.querySelector("#main");
    const isRefused = ctx.response?.status >= 400;
    // What is wrong with a form is gone to, where the page says which field that is.
    const fault = isRefused && main.querySelector("[autofocus]:is([aria-invalid], [data-told])");
    if (fault) {
      fault.focus();
      fault.scrollIntoView({ block: "center" });
    } else if ((shown !== location.pathname || isRefused) && !ctx.request.anchor) {
      scrollTo(0, 0);
      main.focus({ preventScroll: true });
    }
    shown = location.pathname;
    showTab();
    say(main.querySelector(".flash")?.textContent ?? (isRefused ? main.querySelector("h1")?.textContent : "") ?? "");
  });

  document.addEventListener("htmx:error", (event) => {
    if (!event.detail.ctx?.response) say("The server could not be reached. Nothing was changed; try again.");
  });
  htmx.process(document.body);
}
