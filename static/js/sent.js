"use strict";
// Finds a name or a value among everything that was sent with an observation; without scripts the box is not there.
(() => {
  const offer = () => document.querySelectorAll(".find-key[hidden]").forEach((label) => { label.hidden = false; });
  offer();
  // The panel is replaced when another observation is chosen.
  new MutationObserver(offer).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-find-key]")) return;
    const words = event.target.value.trim().toLowerCase();
    const rows = event.target.closest("[data-sent]").querySelectorAll("[data-key]");
    rows.forEach((row) => { row.hidden = words !== "" && !row.textContent.toLowerCase().includes(words); });
  });
})();
