// A box or a list that acts at once: its form is sent when it changes. What changes while its form is on its way goes after it, and
// what is pressed meanwhile waits for it: it would be about the page from before. Without this script the button beside it does it.
{
  const ready = () => document.querySelectorAll(".unless-scripts").forEach((button) => (button.hidden = true));
  const underway = new Set();
  const again = new Set();
  let pressed;
  document.addEventListener("change", (event) => {
    const { form } = event.target;
    if (!event.target.matches?.("[data-send]") || !form) return;
    if (underway.has(form)) again.add(form);
    else form.requestSubmit();
  });
  document.addEventListener("htmx:before:request", (event) => {
    const form = event.detail.ctx.sourceElement;
    if (form?.matches?.("form:has([data-send])")) underway.add(form);
  });
  document.addEventListener("click", (event) => {
    const control = event.target.closest?.("a[href], button");
    if (underway.size === 0 || !control) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = control;
  }, true);

  const goOn = (form) => {
    underway.delete(form);
    // A form that the answer took away is never heard of again.
    for (const gone of [...underway].filter((it) => !it.isConnected)) underway.delete(gone);
    if (again.delete(form) && form.isConnected) form.requestSubmit();
    if (underway.size > 0) return;
    const control = pressed;
    pressed = undefined;
    if (control?.isConnected) control.click();
  };
  // The next request of a form is taken once htmx is done with the one before.
  for (const name of ["htmx:finally:request", "htmx:after:swap"])
    document.addEventListener(name, ({ type, detail }) => queueMicrotask(() => goOn(type === "htmx:finally:request" && detail.ctx.sourceElement)));
  document.addEventListener("htmx:after:swap", ready);
  ready();
}
