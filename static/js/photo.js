// On a phone a press on "Photo" opens the camera at once, and what it took is sent for its row. Without this script, and on a desk,
// the link leads to the page on which files are chosen. Without a network the photo is kept, as from any form.
{
  // One form for each photo that is on its way, so that the next one does not wait for it. They stand outside the page that is
  // put in anew meanwhile; one that was taken is empty again and used once more.
  const made = () => {
    const form = Object.assign(document.createElement("form"), { method: "post", enctype: "multipart/form-data", className: "photo", hidden: true });
    form.innerHTML = '<input type="hidden" name="target"><input type="file" name="photo" accept="image/*" capture="environment">';
    form.elements.photo.addEventListener("change", () => form.elements.photo.files.length > 0 && send(form));
    document.body.append(form);
    return form;
  };
  const say = (detail) => document.dispatchEvent(new CustomEvent("offline:said", { detail }));
  const send = (form) => {
    if (!window.offline?.isOff()) say("The photo is being sent.");
    form.requestSubmit();
  };
  const all = () => [...document.querySelectorAll("body > form.photo")];
  const isUnderWay = (form) => form.elements.photo.files.length > 0;
  const free = () => all().find((it) => !isUnderWay(it)) ?? made();

  const isOn = (form) => form?.matches?.("body > form.photo");
  // Whoever has gone on to another page meanwhile stays there, and is told.
  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    const form = ctx.sourceElement;
    if (!isOn(form) || location.pathname === form.getAttribute("action").replace(/\/files$/, "")) return;
    event.preventDefault();
    say(ctx.response.raw.ok ? "The photo is kept." : "The photo was not taken. Bring it again on its order.");
  });
  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => isOn(ctx.sourceElement) && ctx.sourceElement.reset());
  addEventListener("beforeunload", (event) => window.htmx && all().some(isUnderWay) && event.preventDefault());

  const isPhone = () => matchMedia("(max-width: 720px), (pointer: coarse)").matches;
  // A row's way to its files gets a way to the camera beside it: made here, for the page has many rows and few bytes.
  const offer = () => {
    for (const files of isPhone() ? document.querySelectorAll("a[data-shoot]") : []) {
      if (files.previousElementSibling?.matches("a[data-photo]")) continue;
      const photo = files.cloneNode();
      photo.removeAttribute("data-shoot");
      photo.dataset.photo = "";
      photo.classList.add("shoot");
      photo.textContent = "Photo";
      photo.ariaLabel = files.ariaLabel.replace(/^[^:]*/, "Photo");
      files.before(photo);
    }
  };
  offer();
  document.addEventListener("htmx:after:swap", offer);

  // First of all that listens: a camera opens only for the press itself, not for one that waited for its turn.
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-photo]");
    const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (!link || isElsewhere || !isPhone()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const form = free();
    const { pathname, searchParams } = new URL(link.href);
    form.setAttribute("action", pathname.replace(/\/new$/, ""));
    form.elements.target.value = searchParams.get("target") ?? "";
    window.htmx?.process(form);
    form.elements.photo.click();
  }, true);
}
