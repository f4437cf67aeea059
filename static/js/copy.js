// Copy buttons appear only where they work.
{
  const show = (root) => root.querySelectorAll?.("[data-copy][hidden]").forEach((b) => (b.hidden = false));
  if (navigator.clipboard) {
    show(document);
    document.addEventListener("htmx:after:swap", () => show(document));
    document.addEventListener("click", async (event) => {
      const button = event.target.closest?.("[data-copy]");
      if (!button) return;
      await navigator.clipboard.writeText(button.dataset.copy);
      const before = button.textContent;
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = before), 1500);
    });
  }
}
