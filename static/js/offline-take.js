// Takes over what is done on an order's page while there is no network: a tick, an answer, taking one's own back, a line of the
// log, a comment, photos. Everything else says that it needs the network. Without this script a form fails as the browser says.
{
  const { offline } = window;
  const KINDS = /^\/work-orders\/([^/]+)\/(tick|answer|undo|log|comment|files)$/;
  const say = (words) => {
    const here = document.querySelector("#said");
    if (here) here.textContent = words;
    document.dispatchEvent(new CustomEvent("offline:said", { detail: words }));
  };
  const KEPT = "Kept on this device. It is sent when the network is back.";
  const page = () => document.querySelector("#offline-order");
  const id = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const rowOf = (target) => document.getElementById(target.replace(":", "-"));
  const textOf = (target) => rowOf(target)?.querySelector(".text, h2")?.textContent.trim() ?? "";

  /** What a form would do, as an entry; a text where it is nothing that can wait. */
  const read = (form, submitter) => {
    const address = new URL(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action);
    const kind = KINDS.exec(address.pathname)?.[2];
    const data = new FormData(form, submitter);
    const text = (name) => (data.get(name) ?? "").toString().trim();
    if (!kind || !page()) return "This needs the network. Nothing was sent; try again when it is back.";
    if (["tick", "answer", "undo"].includes(kind) && !page().dataset.queues) return page().dataset.why;
    if (kind === "undo" && form.elements.reason) return "Taking back what another did needs the network.";
    if (text("corrects")) return "A correction needs the network.";
    const typed = text("answer");
    if (/^[-−+]?[1-9]\d{0,2}[.,]\d{3}$/.test(typed) && rowOf(`item:${text("item")}`)?.querySelector("[data-unit]")) {
      const [all, point] = [typed.replace(/[.,]/, ""), typed.replace(",", ".")];
      return `${typed} can be ${all} or ${point}: write ${all} or ${point}0.`;
    }
    const fields = {};
    for (const name of ["target", "item", "answer", "note", "title", "lines", "text", "description"]) if (text(name)) fields[name] = text(name);
    const files = [...data.values()].filter((it) => it instanceof File && it.size > 0).map((it) => ({ name: it.name, blob: it }));
    return { kind, fields, files };
  };

  /** A number in millionths, as exactly as the server has it; null for what is none. */
  const exact = (text) => {
    const [, sign, whole, part = ""] = /^([-−+]?)(\d*)(?:[.,](\d{0,6}))?$/.exec(text.trim()) ?? [];
    return whole || part ? BigInt(whole + part.padEnd(6, "0")) * (/[-−]/.test(sign) ? -1n : 1n) : null;
  };
  /** An answer as its row shows it: of a number also the unit, and whether it lies outside the limits. */
  const shown = ({ item, answer }) => {
    const { low, high, unit } = rowOf(`item:${item}`)?.querySelector("[data-unit]")?.dataset ?? {};
    const read = unit === undefined ? null : exact(answer.replace(unit, ""));
    if (read === null) return answer;
    const [least, most] = [exact(low), exact(high)];
    const isOut = (least !== null && read < least) || (most !== null && read > most);
    return `${answer}${unit && !answer.endsWith(unit) ? ` ${unit}` : ""}${isOut ? ", out of range" : ""}`;
  };
  const words = ({ kind, fields, files }) =>
    ({ tick: "done", undo: "taken back", answer: kind === "answer" && shown(fields), log: fields.title || fields.lines, comment: fields.text })[kind] ?? files.map((it) => it.name).join(", ");

  /** What the part it is about looked like: after the last entry of this device about it, or as the page shows it. */
  const seenBy = async (entry, target) => {
    const part = `${entry.owner} ${entry.order} ${target}`;
    const seen = rowOf(target)?.dataset.standing ?? "";
    const before = (await offline.own()).filter((it) => it.part === part).at(-1);
    const last = await offline.lastOf(part);
    // The page may be older than what was sent meanwhile.
    const after = before?.id ?? (last?.standing === seen ? last.id : undefined);
    return { part, seen: before?.seen ?? seen, fields: { ...entry.fields, ...(after ? { after } : { standing: seen }) } };
  };

  const keep = async (made) => {
    const { order, number } = page().dataset;
    const isAnswer = (it) => ["tick", "answer"].includes(it.kind);
    const target = made.fields.target ?? (made.fields.item ? `item:${made.fields.item}` : "");
    let entry = { ...made, id: id(), owner: offline.owner(), order, number, target, claimed: Date.now(), state: "waiting" };
    const before = target && (await offline.own()).filter((it) => it.target === target && it.order === order && it.kind !== "files").at(-1);
    if (before && isAnswer(before) && isAnswer(entry)) return "This is done already and waits to be sent. Undo it first.";
    Object.assign(entry, { words: words(made), title: target ? textOf(target) : "" });
    if (target && made.kind !== "files") entry = { ...entry, ...(await seenBy(entry, target)) };
    await offline.add(entry);
    return KEPT;
  };

  /** Keeps what a form would have done; says so, or why not. True where the form is empty again. */
  const take = async (form, submitter) => {
    const made = read(form, submitter);
    if (typeof made === "string") return say(made);
    let words = "";
    try {
      const files = made.kind === "comment" && made.files.length > 0 ? { kind: "files", fields: { description: made.fields.text }, files: made.files } : null;
      words = await keep(files ? { ...made, files: [] } : made);
      if (files) await keep(files);
    } catch (fault) {
      const full = fault?.name === "QuotaExceededError";
      return say(full ? "There is no room left on this device: nothing was kept. Send what waits, or free some space." : "This device could not keep it. Write it down and try again with the network.");
    }
    form.reset();
    form.closest("details.ask")?.removeAttribute("open");
    say(words);
  };

  // Enter in a field that is sent when it is left sends twice: once as it is left.
  const underway = new Set();
  const takeOnce = async (form, submitter) => {
    if (underway.has(form)) return;
    underway.add(form);
    await take(form, submitter).finally(() => underway.delete(form));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || !offline.owner() || !offline.isOff()) return;
    // Where only the last try failed, what cannot wait is tried.
    if (navigator.onLine && typeof read(form, event.submitter) === "string") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    takeOnce(form, event.submitter);
  }, true);

  // The browser thought that there was a network. What was sent and not answered may have arrived: the server finds that out.
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    const form = ctx?.sourceElement?.closest?.("form");
    if (ctx?.response || form?.method !== "post" || !offline.owner()) return;
    offline.isDown = true;
    takeOnce(form, ctx.sourceEvent?.submitter ?? null).then(() => document.dispatchEvent(new CustomEvent("offline:send")));
  });

  // The page on which a photo is chosen needs the network; choosing one does not.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href*="/files/new"]');
    if (!link || !page() || !offline.isOff()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const target = new URL(link.href).searchParams.get("target") ?? "";
    const chooser = Object.assign(document.createElement("input"), { type: "file", multiple: true, hidden: true, id: "offline-files" });
    chooser.addEventListener("change", async () => {
      const files = [...chooser.files].map((it) => ({ name: it.name, blob: it }));
      chooser.remove();
      if (files.length === 0) return;
      const fields = target ? { target } : {};
      await keep({ kind: "files", fields, files }).then(say, () => say("There is no room left on this device: the photo was not kept."));
    });
    document.querySelector("#offline-files")?.remove();
    document.body.append(chooser);
    chooser.click();
  }, true);

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-unkeep]");
    if (!button) return;
    const target = button.dataset.unkeep;
    await keep({ kind: "undo", fields: { target }, files: [] });
    if (!offline.isOff()) document.dispatchEvent(new CustomEvent("offline:send"));
  });
}
