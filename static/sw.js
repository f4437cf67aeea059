// Keeps what somebody needs in the field without a network: style and script, their own open orders, and the page of what waits.
// Nothing is sent from here: pages send what waits, since not every browser has a background. ASSETS comes before this text.
const FILES = "files-" + ASSETS.join(" ");
const PAGES = "pages";
const PATIENCE = 3_000; // milliseconds until the kept page is shown instead
const OFTEN = 300_000; // milliseconds between two fetches of everything that is kept
// Kept besides one's own open orders. Pages of editing, signing and administration are not among these, so they never are.
const ALWAYS = ["/", "/waiting"];

self.addEventListener("install", (event) => {
  // What is sent never passes here; where a browser knows how, it does not even wait for this worker to wake.
  event.addRoutes?.([{ condition: { requestMethod: "POST" }, source: "network" }]).catch(() => {});
  event.waitUntil(caches.open(FILES).then((files) => files.addAll(ASSETS)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name !== FILES && name !== PAGES;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data?.kind === "keep") event.waitUntil(keep(event.data));
  if (event.data?.kind === "clear") event.waitUntil(caches.delete(PAGES));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (ASSETS.includes(url.pathname)) event.respondWith(fromFiles(request));
  else if (isPage(request, url)) event.respondWith(page(request, url));
});

const isPage = (request, url) =>
  !url.pathname.startsWith("/api/") && (request.mode === "navigate" || (request.headers.get("accept") ?? "").includes("text/html"));

async function fromFiles(request) {
  return (await caches.match(request.url)) ?? fetch(request);
}

/** The page from the network; where that fails or takes too long, the page as it was last seen. */
async function page(request, url) {
  const fresh = fetch(request);
  fresh.then((answer) => seen(url, answer.clone()), () => {});
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const first = await Promise.race([fresh.catch(() => null), late]);
  if (first) return first;
  const kept = url.search ? undefined : await (await caches.open(PAGES)).match(url.pathname);
  return kept ?? (await fresh.catch(() => none()));
}

/** Keeps a page of those that are kept at all. Whoever is sent to sign in has no pages here any more. */
async function seen(url, answer) {
  if (answer.redirected && new URL(answer.url).pathname === "/sign-in") await caches.delete(PAGES);
  if (!answer.ok || answer.redirected || url.search) return;
  const pages = await caches.open(PAGES);
  if (ALWAYS.includes(url.pathname) || (await pages.match(url.pathname))) await pages.put(url.pathname, answer);
}

let last = 0;
/** Fetches one's own open orders and the page of what waits, and forgets pages of orders that are over or somebody else's: now
 * and then, and whenever an order is opened that is not kept yet. */
async function keep({ owner, path, isFresh }) {
  const pages = await caches.open(PAGES);
  const isDue = isFresh || Date.now() - last > OFTEN;
  const isNew = /^\/work-orders\/[^/]+$/.test(path) && !(await pages.match(path));
  if (!isDue && !isNew) return;
  const list = await fetch("/waiting/orders.json", { headers: { accept: "application/json" } }).catch(() => null);
  if (!list?.ok) return list?.status === 401 ? caches.delete(PAGES) : undefined;
  const own = await list.json();
  if (own.owner !== owner) return;
  if (isDue) last = Date.now();
  const wanted = [...ALWAYS, ...own.pages];
  for (const known of await pages.keys()) if (!wanted.includes(new URL(known.url).pathname)) await pages.delete(known);
  for (const page of wanted) {
    if (!isDue && (await pages.match(page))) continue;
    const answer = await fetch(page, { headers: { accept: "text/html" } }).catch(() => null);
    if (answer?.ok && !answer.redirected) await pages.put(page, answer);
  }
}

/** Said where there is no network and the page is not kept. */
function none() {
  const css = ASSETS.find((path) => path.endsWith(".css"));
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>No network · Tracewright</title><link rel="stylesheet" href="${css}"></head><body><main id="main" tabindex="-1">
<section class="sheet empty"><h1>No network</h1><p>This page is not kept on this device. Your open orders are, from the last time you saw them.</p>
<p><a class="button" href="/">Home</a> <a class="button" href="/waiting">Waiting to be sent</a></p></section></main></body></html>`;
  const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
  return new Response(body, { status: 503, headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": policy } });
}
