// The worker that keeps pages for when there is no network: told whose they are, and cleared when that person signs out. What
// waits to be sent stays, locked.
if ("serviceWorker" in navigator) {
  const worker = async () => (await navigator.serviceWorker.ready).active;
  const tell = (message) => worker().then((it) => it?.postMessage(message));
  const forget = () => caches.delete("pages").catch(() => false);
  const known = () => { try { return localStorage.getItem("tw-pages-of") ?? ""; } catch { return ""; } };
  const know = (owner) => { try { localStorage.setItem("tw-pages-of", owner); } catch { /* nothing is kept then */ } };

  const look = async () => {
    const owner = window.offline.owner();
    if (!navigator.onLine) return;
    if (known() !== owner) await forget();
    know(owner);
    if (owner) tell({ kind: "keep", owner, path: location.pathname });
  };
  let shown = "";
  const once = () => {
    const now = `${window.offline.owner()} ${location.pathname}`;
    if (now !== shown) look();
    shown = now;
  };

  navigator.serviceWorker.register("/sw.js").then(once, () => {});
  document.addEventListener("htmx:after:swap", once);
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action).pathname !== "/sign-out") return;
    forget();
    know("");
    tell({ kind: "clear" });
  }, true);
}
