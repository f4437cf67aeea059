// Sends what waits: when a page is opened, when the network is back, when the page is looked at again, and after each success; in
// order, one at a time. Sending the same entry twice is harmless, so whatever was not answered is sent again.
{
  const { offline } = window;
  const FIRST = 1_000, MOST = 60_000; // milliseconds until the next try after a failure
  let pause = FIRST, timer = 0, isSending = false;

  const formOf = (entry) => {
    const form = new FormData();
    const said = { entry: entry.id, owner: entry.owner, order: entry.order, kind: entry.kind, claimed: entry.claimed, sent: Date.now(), ...entry.fields };
    for (const [name, value] of Object.entries(said)) form.append(name, value);
    for (const { name, blob } of entry.files) form.append("file", blob, name);
    return form;
  };

  const send = (entry) =>
    fetch("/waiting/send", { method: "POST", body: formOf(entry), headers: { accept: "application/json" } }).catch(() => null);

  /** What an answer means: `go` on with the next, `stop`, or try `later`. */
  const settle = async (entry, answer) => {
    if (!answer || answer.status >= 500 || answer.status === 408 || answer.status === 429) return "later";
    if (answer.status === 401) return tell("You are signed out. What waits is kept and locked until you sign in again.");
    const said = await answer.json().catch(() => null);
    if (said?.outcome === "locked") return tell("Another account is signed in. What waits is kept for its owner.");
    if (answer.ok && said?.outcome === "applied") {
      await offline.noteSent(entry);
      await offline.drop(entry);
      return "go";
    }
    if (!answer.ok) await offline.put({ ...entry, state: "refused", isLocal: true, why: said?.message ?? `The server answered ${answer.status}.` });
    else await offline.put({ ...entry, state: said.outcome, why: said.why, files: entry.kind === "files" ? entry.files : [] });
    return "go";
  };

  const tell = (words) => {
    document.dispatchEvent(new CustomEvent("offline:said", { detail: words }));
    return "stop";
  };

  const drain = async () => {
    let sent = 0;
    for (;;) {
      const entry = (await offline.own()).find((it) => it.state === "waiting");
      if (!navigator.onLine) return sent;
      if (!entry) {
        if (offline.isDown) await isBack();
        return sent;
      }
      const next = await settle(entry, await send(entry));
      offline.isDown = next === "later";
      if (next === "later") again();
      if (next !== "go") return sent;
      pause = FIRST;
      sent += 1;
    }
  };

  /** Whether the server answers again, where nothing waits that would show it. */
  const isBack = async () => {
    const answer = await fetch("/manifest.webmanifest", { cache: "no-store" }).catch(() => null);
    offline.isDown = !answer;
    if (answer) offline.changed();
    else again();
  };

  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(go, pause);
    pause = Math.min(pause * 2, MOST);
  };

  /** The page as it is now, unless somebody is writing on it. */
  const refresh = () => {
    const isWriting = document.activeElement?.matches?.("input:not([type=hidden]), textarea, select");
    const isShown = /^\/(waiting|work-orders\/[^/]+)$/.test(location.pathname);
    if (isShown && !isWriting) window.htmx?.ajax("GET", location.pathname, { source: document.body, target: "#main", select: "#main", swap: "outerMorph show:none" });
    navigator.serviceWorker?.controller?.postMessage({ kind: "keep", owner: offline.owner(), path: location.pathname, isFresh: true });
  };

  const go = async () => {
    if (isSending || !offline.owner() || !navigator.onLine) return;
    isSending = true;
    try {
      const one = navigator.locks ? (work) => navigator.locks.request("tracewright-send", work) : (work) => work();
      if ((await one(drain)) > 0) refresh();
    } catch {
      again(); // this browser keeps nothing, or not now
    } finally {
      isSending = false;
    }
  };

  addEventListener("online", () => { offline.isDown = false; pause = FIRST; go(); });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && go());
  document.addEventListener("offline:send", go);
  document.addEventListener("htmx:after:swap", go);
  document.addEventListener("click", async (event) => {
    const again = event.target.closest?.("[data-again]");
    if (again) {
      // A file that was refused goes under a new id; the old one is put away on its page.
      const entry = (await offline.own()).find((it) => it.id === again.dataset.again);
      if (!entry) return;
      const { place, why, ...rest } = entry;
      await offline.add({ ...rest, id: crypto.randomUUID(), state: "waiting" });
      await offline.drop(entry);
      again.closest("[data-entry]").querySelector('form[action="/waiting/set-aside"]')?.requestSubmit();
      go();
    }
    const refused = event.target.closest?.("[data-resend], [data-throw]");
    if (refused) {
      const entry = (await offline.own()).find((it) => it.id === (refused.dataset.resend ?? refused.dataset.throw));
      if (entry && refused.dataset.resend) await offline.put({ ...entry, state: "waiting", isLocal: false, why: "" });
      else if (entry && confirm("Remove it from this device? It was not recorded anywhere.")) await offline.drop(entry);
      go();
    }
    if (event.target.closest?.("[data-send-now]")) { pause = FIRST; offline.isDown = false; go(); }
  });
  go();
}
