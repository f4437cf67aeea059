// What is sent, and in which order. A box or a list that acts at once: its form is sent when it changes; without this script the
// button beside it does it. What is pressed while something else is still being sent waits for its turn, so that no press is
// lost and no older page is shown after a newer one.
{
  const waiting = []; // forms with what was pressed, and at most one link at the end
  let sending = null; // the request that is under way
  const say = (text) => (document.querySelector("#said").textContent = text);
  const show = () => document.documentElement.toggleAttribute("data-sending", sending !== null || waiting.length > 0);

  // The page that comes back meanwhile does not know what is still to be sent: those fields keep what is written in them.
  if (window.htmx) htmx.config.morphSkip = "[data-unsent]";
  const keep = (form, isKept) =>
    form?.querySelectorAll("[data-send]").forEach((field) => field.toggleAttribute("data-unsent", isKept));

  const next = () => {
    show();
    if (sending || waiting.length === 0) return;
    const { form, submitter, link } = waiting.shift();
    keep(form, waiting.some((it) => it.form === form));
    if (link) link.click();
    else if (form.isConnected) form.requestSubmit(submitter?.isConnected ? submitter : null);
    else say("The page has changed meanwhile. Press it again.");
    setTimeout(next); // where nothing was sent: a field that is wrong, a question that was answered with no
  };

  // A page that is asked for after another is the one that is meant, in whatever order they come.
  let asked = null;
  const isPage = ({ sourceElement: it }) => it.matches?.("a, form") && !it.hasAttribute("hx-get");

  // Files take long, and what follows does not wait for them.
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    const { request } = ctx;
    if (isPage(ctx)) {
      asked?.request.abort?.();
      asked = request.method === "GET" ? ctx : null;
    }
    if (request.method !== "POST" || !(request.body instanceof URLSearchParams)) return;
    request.keepalive = String(request.body).length < 60_000; // what was pressed is sent although the page is left
    sending = ctx;
    show();
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx === asked) asked = null;
    if (ctx !== sending) return;
    setTimeout(() => { // htmx takes the same form again only after this event
      sending = null;
      next();
    });
  });

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (!sending || form.method !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { request, sourceElement } = sending;
    const isAgain = submitter && sourceElement === form && request.submitter === submitter;
    const isThere = waiting.some((it) => it.form === form && it.submitter === submitter);
    if (isAgain || isThere) return;
    waiting.push({ form, submitter });
    keep(form, true);
  }, true);

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link?.target || link?.getAttribute("href").startsWith("#");
    if (!link || isElsewhere || (!sending && waiting.length === 0)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (waiting.at(-1)?.link) waiting.pop();
    waiting.push({ link });
  }, true);

  addEventListener("beforeunload", (event) => waiting.some((it) => it.form) && event.preventDefault());

  const send = (field) => field.form?.requestSubmit();
  document.addEventListener("change", (event) => event.target.matches?.("[data-send]") && send(event.target));
  // Another app, another tab or no page at any more: the field that is being written in is sent as it is.
  document.addEventListener("visibilitychange", () => {
    const field = document.activeElement;
    const isWritten = field?.matches?.("textarea[data-send], input[data-send]") && field.value !== field.defaultValue;
    if (document.hidden && isWritten && field.form?.checkValidity()) send(field);
  });

  const ready = () => document.querySelectorAll(".unless-scripts").forEach((button) => (button.hidden = true));
  document.addEventListener("htmx:after:swap", ready);
  ready();
}
