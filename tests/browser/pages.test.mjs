// Every page on the living example: axe in light and dark, pictures at two widths, the budget of the first page, and
// the way through without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { OWNER, demoPerson, eventually, newPage, open, signIn, unfold } from "./product.mjs";
import { sendTwice } from "./telemetry.mjs";

const DEMO_ORDER = "WO-2026-014";
const PAGES = {
  home: "/",
  "work-orders": "/work-orders",
  "work-order": `/work-orders/${DEMO_ORDER}`,
  print: `/work-orders/${DEMO_ORDER}/print`,
  import: "/work-orders/import",
  "import-files": "/work-orders/import/files",
  traces: "/traces",
  fleet: "/fleet?range=90d",
  "fleet-costs": "/fleet/costs?range=90d",
  "fleet-identity": "/fleet/identity?range=90d",
  "fleet-rules": "/fleet/rules?names=agent&source=metadata&word=team",
  "fleet-nothing": "/fleet?agent=nobody-is-called-so",
  "fleet-personas": "/fleet/personas?range=30d",
  "fleet-workflows": "/fleet/workflows?range=30d",
  "fleet-agents": "/fleet/agents?range=30d",
  "fleet-gates": "/fleet/gates?range=24h",
  "fleet-builds": "/fleet/builds?range=90d",
  "fleet-personas-nothing": "/fleet/personas?persona=nobody-is-called-so",
  "fleet-workflows-nothing": "/fleet/workflows?workflow=nothing-is-called-so",
  "fleet-agent": "/fleet/agent?name=release-planner&range=30d",
  "fleet-handoffs": "/fleet/handoffs?range=30d",
  "fleet-coverage": "/fleet/coverage?range=30d",
  budgets: "/fleet/budgets",
  system: "/system",
  alerts: "/fleet/alerts",
  "alerts-runbook": "/fleet/alerts/runbook",
  review: "/review",
  knowledge: "/knowledge",
  ledger: "/ledger",
  api: "/api/docs",
  waiting: "/waiting",
  "work-orders-late": "/work-orders?overdue=1",
  board: "/work-orders/board",
  "board-nothing": "/work-orders/board?q=nothing-is-called-so",
  calendar: "/work-orders/calendar",
  "moves-of-one": `/work-orders/${DEMO_ORDER}/moves?back=/work-orders/board`,
  "edit-begun": `/work-orders/${DEMO_ORDER}/edit`,
  "split-nothing": `/work-orders/${DEMO_ORDER}/split`,
};
/** Pages of whoever runs the installation, in the states that the example leaves them in. */
const SETTINGS = {
  prices: "/prices",
  "prices-past": "/prices?q=claude&past=1",
  "prices-none": "/prices?q=no-such-model",
  reprice: "/prices/reprice?look=1",
  privacy: "/privacy",
  "erase-user": "/privacy/erase-user?user=nobody",
  jobs: "/jobs",
  "jobs-done": "/jobs?state=done",
  integrations: "/integrations",
  rules: "/work-orders/policies",
  "rules-of-a-type": "/work-orders/policies/corrective",
  people: "/people",
  account: "/account",
  exceptions: "/exceptions",
  "exceptions-all": "/exceptions?state=any",
};
let product, supervisor, page, owner, heard;

before(async () => {
  product = await open("--demo");
  supervisor = demoPerson(product, "supervisor");
  page = await signIn(product, supervisor);
  owner = await signIn(product, OWNER);
  heard = complaints(page);
});
after(() => product?.close());

for (const [name, path] of Object.entries(PAGES)) {
  test(`${name} reads well, light and dark, on phone and desktop`, async () => {
    const answer = await page.goto(path);
    assert.equal(answer.status(), 200);
    await look(page, name);
  });
}

for (const [name, list, link] of [
  ["trace", "/traces", 'main a[href^="/traces/"]'],
  ["claim", `/work-orders/${DEMO_ORDER}`, 'main a[href^="/claims/"]'],
]) {
  test(`${name} reads well, light and dark, on phone and desktop`, async () => {
    await page.goto(list);
    await unfold(page);
    await page.locator(link).first().click();
    await page.waitForURL(new RegExp(`/${name}s/`));
    await look(page, name);
  });
}

for (const [name, path] of Object.entries(SETTINGS)) {
  test(`${name} reads well to the owner, light and dark, on phone and desktop`, async () => {
    const answer = await owner.goto(path);
    assert.equal(answer.status(), 200);
    await look(owner, name);
  });
}

test("the page on which completed work is signed reads well, and needs no script to say what is signed", async () => {
  const technician = await signIn(product, demoPerson(product, "technician"));
  const answer = await technician.goto(`/work-orders/${DEMO_ORDER}/move/completed`);
  assert.equal(answer.status(), 200);
  assert.equal(await technician.locator('input[name="outcome"]:checked').count(), 0);
  await technician.locator('input[value="partial"]').check();
  const said = technician.locator(".statement p:visible");
  assert.equal(await said.count(), 1);
  assert.match(await said.innerText(), /Its outcome is “achieved in part”/);
  await look(technician, "sign");
});

test("one price, and the form with a tier that cannot be, read well", async () => {
  await owner.goto("/prices?q=gpt-4o");
  await owner.locator('main td a[href^="/prices/"]').first().click();
  await owner.waitForURL(/\/prices\/p/);
  await look(owner, "price");
  await owner.goto("/prices");
  await owner.getByLabel("Model, as clients send it").fill("our-model");
  await owner.getByLabel("Input", { exact: true }).fill("2.50");
  await owner.getByRole("button", { name: /add a tier/i }).click();
  await owner.getByRole("group", { name: /tier 1/i }).getByLabel("Output").fill("cheap");
  await owner.getByRole("button", { name: "Record price" }).click();
  await owner.getByText("say which calls this tier is for").waitFor();
  assert.equal(await owner.getByLabel("Input", { exact: true }).first().inputValue(), "2.50");
  await look(owner, "price-refused");
});

test("privacy shows what a sample becomes", async () => {
  await owner.goto("/privacy");
  await owner.getByLabel(/nothing of it is stored/i).fill("key sk-ant-api03-0123456789abcdefghij0123456789abcdefghij0123456789abcdefghij and mail a@example.org");
  await owner.getByRole("button", { name: "Try it" }).click();
  await owner.getByText("It would be stored as").waitFor();
  await look(owner, "privacy-tried");
});

test("a source that refuses the key says so on its page and among the jobs; a schedule is paused and resumed", async () => {
  await owner.goto("/integrations");
  await owner.getByLabel("Label").fill("Old server of press line 4");
  await owner.getByLabel("Address").fill(product.url);
  await owner.getByLabel("Public key").fill("pk-lf-nobody");
  await owner.getByLabel(/secret key/i).fill("sk-lf-nobody");
  await owner.getByLabel(/every so many minutes/i).fill("60");
  await owner.getByRole("button", { name: "Add source" }).click();
  await owner.getByRole("button", { name: /^pull now/i }).waitFor();
  await eventually(product, async () => {
    await owner.goto("/integrations");
    return (await owner.getByText(/the server answered 401/).count()) > 0;
  });
  await look(owner, "integrations-failed");
  await owner.goto("/jobs");
  await owner.getByRole("button", { name: "Pause: Pull from a Langfuse server: Old server of press line 4 (" }).click();
  await owner.getByRole("button", { name: "Resume: Pull from a Langfuse server: Old server of press line 4 (" }).waitFor();
  await look(owner, "jobs-failed");
  await owner.getByRole("button", { name: "Resume: Pull from a Langfuse server: Old server of press line 4 (" }).click();
  await owner.getByRole("button", { name: "Pause: Pull from a Langfuse server: Old server of press line 4 (" }).waitFor();
});

test("a comparison of traces reads well, light and dark, on phone and desktop", async () => {
  await page.goto("/traces");
  await page.locator('main a[href^="/traces/"]').first().click();
  await page.waitForURL(/\/traces\//);
  const path = new URL(page.url()).pathname;
  await page.goto(`${path}/compare`);
  await look(page, "compare");
  await page.goto(`${path}/diff/${path.split("/").at(-1)}`);
  await look(page, "diff");
});

test("the tree of a trace folds, unfolds and chooses by keyboard, and the address follows", async () => {
  await page.goto("/traces");
  await page.locator('main a[href^="/traces/"]').first().click();
  await page.waitForURL(/\/traces\//);
  const rows = page.locator(".tree [data-span]");
  const all = await rows.count();
  const fold = page.locator(".tree a[data-fold=open]").first();
  if ((await fold.count()) === 0) return;
  await page.locator(".tree [data-span]", { has: page.locator("[data-fold]") }).first().locator("a.pick").focus();
  await page.keyboard.press("ArrowLeft");
  await page.locator(".tree a[data-fold=closed]").first().waitFor();
  assert.ok((await rows.count()) < all);
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((wanted) => document.querySelectorAll(".tree [data-span]").length === wanted, all);
  await page.waitForURL(/open=/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/observation=/);
  const chosen = await page.locator(".tree [aria-current]").getAttribute("data-span");
  assert.equal(await page.locator("[data-chosen]").getAttribute("data-chosen"), chosen);
});

// Traces at work: conversations, full-text search, claims stated from a trace, earlier revisions.

test("sessions and one session read well, light and dark, on phone and desktop", async () => {
  await page.goto("/sessions");
  await look(page, "sessions");
  await page.locator('main a[href^="/sessions/"]').first().click();
  await page.waitForURL(/\/sessions\//);
  await look(page, "session");
});

test("a list of search results reads well, light and dark, on phone and desktop", async () => {
  const found = page.locator("main .snippet mark").first();
  await eventually(product, async () => {
    await page.goto("/traces?q=stock"); // the index follows in the background
    return (await found.count()) > 0;
  });
  await look(page, "search-results");
  await page.goto("/traces?q=nothing-like-this");
  await look(page, "search-nothing");
});

test("a claim is stated from a trace, reads well, and is taken back", async () => {
  const technician = await signIn(product, demoPerson(product, "technician"));
  await technician.goto("/traces");
  await technician.locator('main a[href^="/traces/"]', { hasText: "count calls" }).first().click();
  await technician.waitForURL(/\/traces\//);
  await technician.locator("main .tree").getByRole("link", { name: /report/ }).click();
  await technician.waitForURL(/observation=/);
  await technician.getByText("Claim from selection…").click();
  await technician.locator("#claim").getByLabel(/words of the evidence/i).fill("48 of 51 calls are traced.");
  await technician.locator("#claim").getByLabel(/what they show/i).fill("Three calls run outside the client.");
  await technician.locator("#claim").getByLabel(/work order/i).fill(DEMO_ORDER);
  await technician.locator("#claim").getByLabel(/place in it/i).fill("9.9");
  await technician.getByRole("button", { name: /state this claim/i }).click();
  await technician.getByText("this order has no such place").waitFor();
  await look(technician, "refused-claim");
  assert.equal(await technician.getByLabel(/what they show/i).inputValue(), "Three calls run outside the client.");
  await technician.getByLabel(/place in it/i).fill("C1");
  await technician.getByRole("button", { name: /state this claim/i }).click();
  await technician.waitForURL(/\/claims\//);
  await look(technician, "stated-claim");
  await technician.goto(`/work-orders/${DEMO_ORDER}`);
  await technician.locator("#stated").getByRole("link", { name: /three calls run outside/i }).click();
  await technician.waitForURL(/\/claims\//);
  await technician.getByRole("button", { name: /withdraw/i }).click();
  await technician.waitForURL(`**/work-orders/${DEMO_ORDER}`);
  assert.equal(await technician.locator("#stated").getByText(/three calls run outside/i).count(), 0);
});

test("a link of a trace is asked for folded, and what is refused keeps what was typed", async () => {
  const technician = await signIn(product, demoPerson(product, "technician"));
  await technician.goto("/traces");
  await technician.locator('main a[href^="/traces/"]', { hasText: "everyday question" }).first().click();
  await technician.waitForURL(/\/traces\//);
  assert.equal(await technician.locator("#link").isVisible(), false);
  await technician.getByText("Link to step…").click();
  await look(technician, "trace-link");
  await technician.locator("#link").getByLabel(/work order/i).fill(DEMO_ORDER);
  await technician.locator("#link").getByLabel(/place in it/i).fill("9.9");
  await technician.getByRole("button", { name: "Link to the work order" }).click();
  await technician.getByText("this order has no such place").waitFor();
  assert.equal(await technician.getByLabel(/work order/i).inputValue(), DEMO_ORDER);
  await look(technician, "refused-link");
  await technician.goto(`/work-orders/${DEMO_ORDER}`);
  const step = technician.locator("details.step[open]");
  await step.getByText("Problem with this step?").click();
  const form = step.locator("form", { has: technician.getByLabel("Mark as") });
  await form.getByLabel("Mark as").selectOption("flagged");
  const why = form.getByLabel("Why");
  for (const [typed, said] of [["", "cannot be empty"], ["      ", "cannot be empty"], ["no", "needs at least 5 characters"]]) {
    await why.fill(typed);
    await form.getByRole("button", { name: /^Mark step/ }).click();
    await form.locator(".error").getByText(said).waitFor();
  }
  await look(technician, "fault-at-its-field");
  // What only the server finds wrong is said at the form.
  await why.evaluate((field) => ["required", "minlength"].forEach((name) => field.removeAttribute(name)));
  await why.fill("x");
  await form.locator(".error").waitFor({ state: "detached" });
  await form.getByRole("button", { name: /^Mark step/ }).click();
  await form.locator(".refused-here").getByText(/reason/).waitFor();
  assert.equal(await form.getByLabel("Mark as").inputValue(), "flagged");
});

test("a key without a label is refused at the field, and the word goes once it is filled in", async () => {
  await owner.goto("/people/keys");
  await owner.getByRole("button", { name: "Make key" }).click();
  await owner.locator("#fault-label").getByText("cannot be empty").waitFor();
  assert.equal(await owner.locator("#label").evaluate((field) => document.activeElement === field), true);
  await look(owner, "key-without-label");
  await owner.locator("#label").fill("Nightly run");
  await owner.locator("#fault-label").waitFor({ state: "detached" });
});

test("times are the reader's own where scripts are on, UTC where not, and every page says which", async () => {
  const zone = { timezoneId: "Asia/Tokyo" };
  const there = await signIn(product, supervisor, zone);
  const plain = await signIn(product, supervisor, { ...zone, javaScriptEnabled: false });
  for (const path of ["/", "/work-orders", `/work-orders/${DEMO_ORDER}`, "/traces", "/sessions", "/review", "/knowledge", "/ledger", "/account"]) {
    for (const [page, words] of [[there, "Times in Asia/Tokyo"], [plain, "Times in UTC"]]) {
      await page.goto(path);
      await page.getByText(words, { exact: true }).waitFor();
    }
    const left = there.locator('main time[datetime*="T"]:not([data-own])');
    assert.equal(await left.count(), 0, path);
  }
  const shown = async (page) => (await page.locator("main td time").first().textContent()).trim();
  await there.goto("/traces");
  await plain.goto("/traces");
  assert.notEqual(await shown(there), await shown(plain));
});

test("an earlier revision reads well, light and dark, on phone and desktop", async () => {
  await sendTwice(product.url, "late-span");
  await page.goto("/traces/late-span");
  await page.getByText("2 stored versions of this observation").click();
  await page.getByRole("link", { name: "Stored version 1 of 2" }).first().click();
  await page.waitForURL(/\/revision\?/);
  await look(page, "revision");
});

test("sign-in reads well to someone not signed in", async () => {
  const stranger = await newPage(product);
  await stranger.goto("/sign-in");
  await look(stranger, "sign-in");
  await stranger.goto("/work-orders");
  assert.match(stranger.url(), /\/sign-in/);
});

test("the first page needs at most 4 requests and 60 KiB", async () => {
  const fresh = await signIn(product, supervisor);
  const first = await newPage(product, { storageState: await fresh.context().storageState() });
  const requests = [];
  first.on("requestfinished", (request) => requests.push(request));
  await first.goto("/", { waitUntil: "networkidle" });
  const sizes = await Promise.all(requests.map((request) => request.sizes()));
  const bytes = sizes.reduce((sum, size) => sum + size.responseBodySize, 0);
  console.log(`first page: ${requests.length} requests, ${(bytes / 1024).toFixed(1)} KiB compressed`);
  assert.ok(requests.length <= 4, requests.map((request) => request.url()).join(" "));
  assert.ok(bytes <= 60 * 1024, `${bytes} bytes`);
});

test("an item is ticked and undone without scripts", async () => {
  const plain = await signIn(product, demoPerson(product, "technician"), { javaScriptEnabled: false });
  await plain.goto(`/work-orders/${DEMO_ORDER}`);
  const tick = plain.locator('main details[open] button[aria-label^="Tick: "]').first();
  const words = (await tick.getAttribute("aria-label")).replace("Tick: ", "");
  await tick.click();
  await plain.getByRole("button", { name: `Undo: ${words}` }).click();
  await plain.getByRole("button", { name: `Tick: ${words}` }).waitFor();
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(heard, []);
});
