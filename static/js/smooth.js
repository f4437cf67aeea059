// With scripts on, the same links and forms swap <main> instead of loading the page; without htmx nothing changes.
if (window.htmx) {
  document.body.setAttribute("hx-boost", "true");
  document.body.setAttribute("hx-boost:inherited", "true");
  document.body.setAttribute("hx-target:inherited", "#main");
  document.body.setAttribute("hx-select:inherited", "#main");
  document.body.setAttribute("hx-swap:inherited", "outerMorph");
  htmx.process(document.body);
  // The navigation stands outside <main>: mark the section that the address belongs to.
  const mark = () => {
    document.querySelector("details.account")?.removeAttribute("open");
    for (const link of document.querySelectorAll(".sections a")) {
      const path = link.getAttribute("href");
      const here = path === "/" ? location.pathname === "/" : location.pathname.startsWith(path);
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  document.addEventListener("htmx:after:swap", mark);
  document.addEventListener("htmx:after:history:push", mark);
  document.addEventListener("htmx:after:history:replace", mark);
  addEventListener("popstate", mark);
}
