// With scripts on, the same links and forms swap <main> instead of loading the page; without htmx nothing changes.
if (window.htmx) {
  document.body.setAttribute("hx-boost", "true");
  document.body.setAttribute("hx-boost:inherited", "true");
  document.body.setAttribute("hx-target:inherited", "#main");
  document.body.setAttribute("hx-select:inherited", "#main");
  document.body.setAttribute("hx-swap:inherited", "outerMorph");
  htmx.process(document.body);
}
