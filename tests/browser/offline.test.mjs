// A phone without a network: what is done in an order is kept, shown as waiting, survives a reload from the kept page, and is recorded
// once with both times when the network is back. What somebody else recorded meanwhile is decided by a person.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { OWNER, ROOT, eventually, open, signIn } from "./product.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
const ORDER = "/work-orders/WO-2026-001";
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVQIHWNgAAAAAgABz8g15QAAAABJRU5ErkJggg==", "base64");
let product, phone, desk, heard, items;

before(async () => {
  product = await open();
});
after(() => product?.close());

const json = async (page) => (await page.request.get(`${product.url}${ORDER}.json`)).json();
const all = (order) => order.steps.flatMap((step) => step.items);
const offline = (isOff) => phone.context().setOffline(isOff);
const row = (id) => phone.locator(`#item-${id}`);
/** What does not belong to the next item is folded on a phone. */
const openAll = (page = phone) =>
  page.evaluate(() => document.querySelectorAll("#main details:not(.ask)").forEach((it) => it.setAttribute("open", "")));
/** Whether the page is kept for when there is no network. */
const isKept = (path) => phone.evaluate(async (wanted) => Boolean(await (await caches.open("pages")).match(wanted)), path);

test("an order is begun, and its page is kept on the phone", async () => {
  phone = await signIn(product, OWNER, PHONE);
  heard = complaints(phone);
  desk = await signIn(product, OWNER);
  await desk.goto("/work-orders/import");
  await desk.getByLabel("Markdown").fill(readFileSync(join(ROOT, "tests/tools/order.md"), "utf8"));
  await desk.getByRole("button", { name: "Look what it becomes" }).click();
  await desk.getByRole("button", { name: "Create the draft order" }).first().click();
  await desk.waitForURL(`**${ORDER}`);
  await openAll(desk);
  await desk.getByLabel("Assigned to").selectOption({ index: 1 });
  await desk.getByRole("button", { name: "Assign", exact: true }).click();
  await desk.locator(".flash").getByText(/Assigned to/).waitFor();
  await desk.getByRole("button", { name: "Submit for approval" }).first().click();
  await desk.getByRole("link", { name: /^Approve and sign/ }).first().click();
  await desk.getByLabel(/email/i).fill(OWNER.email);
  await desk.getByLabel(/password/i).fill(OWNER.password);
  await desk.getByRole("button", { name: "Approve and sign" }).click();
  await desk.waitForURL(`**${ORDER}*`);
  await phone.goto(ORDER);
  await openAll();
  const main = phone.locator("main");
  await main.getByRole("button", { name: "I have read these" }).click();
  await main.getByRole("button", { name: "Start", exact: true }).first().click();
  await main.getByText("In progress").first().waitFor();
  items = all(await json(phone)).filter((item) => !item.ticks?.some((tick) => !tick.undone));
  assert.ok(items.length >= 3, "the file has items that nobody ticked");
  await phone.goto(ORDER);
  await phone.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await eventually(product, () => isKept(ORDER));
  await eventually(product, () => isKept("/waiting"));
});

test("the pages are installable", async () => {
  const devtools = await phone.context().newCDPSession(phone);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  const real = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"); // what a test's window always is
  assert.deepEqual(real, []);
  const manifest = await devtools.send("Page.getAppManifest");
  assert.deepEqual(manifest.errors, []);
  assert.match(manifest.url, /manifest\.webmanifest$/);
});

test("without a network ticks, notes and photos are kept and marked, and moves are greyed with the reason", async () => {
  await openAll();
  await offline(true);
  for (const item of items.slice(0, 2)) await row(item.id).locator("button.tick").click();
  await row(items[0].id).getByText("waiting", { exact: true }).waitFor();
  await phone.locator("#waiting-badge").getByText("2 waiting to be sent").waitFor();
  assert.equal(await phone.locator(".bottom-bar [data-tick-next] [name=target]").inputValue(), `item:${items[2].id}`, "the bar goes on");
  const about = await phone.locator('.bottom-bar a[href*="/files/new"]').evaluate((it) => new URL(it.href).searchParams.get("target"));
  assert.equal(about, `item:${items[2].id}`, "a photo goes where the bar goes");
  await phone.locator("#comment").fill("The fan hums");
  await phone.getByRole("button", { name: "Comment", exact: true }).click();
  await phone.locator("#waiting-badge").getByText("3 waiting to be sent").waitFor();
  const [chooser] = await Promise.all([phone.waitForEvent("filechooser"), row(items[0].id).getByText("+ File").click()]);
  await chooser.setFiles({ name: "label.png", mimeType: "image/png", buffer: PNG });
  await phone.locator("#waiting-badge").getByText("4 waiting to be sent").waitFor();
  // A photo that waits is seen as it is kept; drawn anew it is the same picture once more.
  const waits = row(items[0].id).getByRole("img", { name: "label.png" });
  await eventually(product, () => waits.evaluate((it) => it.naturalWidth === 1 && it.src.startsWith("blob:")));
  assert.equal(await waits.count(), 1);
  // A slip is taken back and made again: all of it waits, in order.
  await row(items[1].id).getByRole("button", { name: /^Undo/ }).click();
  await phone.locator("#waiting-badge").getByText("5 waiting to be sent").waitFor();
  await phone.locator("#offline-order").getByText(/No network/).waitFor();
  const move = phone.locator('#main form[action$="/transition"] button, #main a[href*="/move/"]').first();
  await eventually(product, async () => (await move.getAttribute("aria-disabled")) === "true");
  assert.equal(await move.getAttribute("title"), "This needs the network.");
  // Scrolled down, the line at the top says it, and what a greyed act needs is read where the thumb is.
  await phone.locator("#order-line").getByText("No network · 5 waiting").waitFor();
  await phone.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await move.evaluate((it) => it.click());
  const said = phone.locator(".flash", { hasText: "need the network" });
  await said.waitFor();
  const [toast, bar] = [await said.boundingBox(), await phone.locator("#bottom-bar").boundingBox()];
  assert.ok(toast.y > 422 && toast.y + toast.height <= bar.y, `said at ${toast.y}, above the bar at ${bar.y}`);
  await look(phone, "offline-order");
});

test("a reload without a network shows the kept page, and what waits still waits", async () => {
  await phone.goto(ORDER);
  await phone.locator("#waiting-badge").getByText("5 waiting to be sent").waitFor();
  await openAll();
  await row(items[0].id).getByText("waiting", { exact: true }).first().waitFor();
  await phone.goto("/waiting");
  await phone.getByRole("heading", { name: "Waits on this device" }).waitFor();
  assert.equal(await phone.locator("[data-here-list] > li").count(), 5);
  await look(phone, "offline-waiting");
  await phone.goto("/people");
  await phone.getByRole("heading", { name: "No network" }).waitFor();
  await phone.goto(ORDER);
});

test("back on the network everything is recorded once, with the time it was done", async () => {
  const before = Date.now();
  await offline(false);
  await eventually(product, async () => (await phone.evaluate(() => window.offline.total())) === 0);
  const order = await json(phone);
  const of = (id) => all(order).find((item) => item.id === id).ticks;
  assert.equal(of(items[0].id).length, 1);
  assert.equal(of(items[1].id).length, 1);
  assert.ok(of(items[1].id)[0].undone, "the slip was taken back");
  assert.deepEqual(order.comments.map((it) => it.text), ["The fan hums"]);
  assert.deepEqual(order.gathered.files.map((it) => it.name), ["label.png"]);
  assert.equal(order.kept_by_devices.length, 5);
  for (const { claimed, received } of order.kept_by_devices) {
    assert.ok(Date.parse(claimed) < before && Date.parse(claimed) < Date.parse(received), `${claimed} ${received}`);
  }
  await phone.goto(ORDER);
  await openAll();
  await row(items[0].id).getByText(/on the device/).first().waitFor();
  await phone.goto("/waiting");
  await phone.getByRole("heading", { name: "Sent in the last day" }).waitFor();
  assert.equal(await phone.locator("#waiting-badge").isHidden(), true);
});

test("what somebody else recorded meanwhile is shown with both sides and decided by a person", async () => {
  await phone.goto(ORDER);
  await openAll();
  await eventually(product, () => isKept(ORDER));
  await offline(true);
  await row(items[2].id).locator("button.tick").click();
  await phone.locator("#waiting-badge").getByText("1 waiting to be sent").waitFor();
  // On a desk the same item is said not to apply.
  await desk.goto(ORDER);
  await desk.evaluate(() => document.querySelectorAll("details").forEach((it) => it.setAttribute("open", "")));
  const aside = desk.locator(`#aside-${items[2].id}`);
  await aside.getByLabel("Why").fill("there is no such cable here");
  await aside.getByRole("button", { name: "Does not apply" }).click();
  await desk.locator(`#item-${items[2].id}`).getByText(/does not apply/).first().waitFor();
  await offline(false);
  await phone.locator("#waiting-badge").getByText("1 needs you").waitFor();
  await phone.goto("/waiting");
  await phone.getByText("Two answers").waitFor();
  await phone.getByText("there is no such cable here").first().waitFor();
  await look(phone, "offline-conflict");
  await phone.getByRole("button", { name: /^Keep the answer of/ }).click();
  await phone.getByText("left out of the record").waitFor();
  await eventually(product, () => phone.locator("#waiting-badge").isHidden());
  const order = await json(phone);
  assert.equal(all(order).find((item) => item.id === items[2].id).ticks?.length ?? 0, 0);
});

test("signing out clears the kept pages and locks what waits", async () => {
  await phone.goto(ORDER);
  await offline(true);
  await phone.locator("#comment").fill("Kept over the sign-out");
  await phone.getByRole("button", { name: "Comment", exact: true }).click();
  await phone.locator("#waiting-badge").getByText("1 waiting to be sent").waitFor();
  await phone.route("**/waiting/send", (route) => route.abort()); // so that it still waits
  await offline(false);
  await phone.locator("#account-menu > summary").click();
  await phone.getByRole("button", { name: "Sign out" }).click();
  await phone.waitForURL("**/sign-in*");
  await eventually(product, async () => !(await isKept(ORDER)));
  assert.equal(await phone.evaluate(() => window.offline.total()), 1, "it is kept");
  assert.equal(await phone.evaluate(() => window.offline.own().then((it) => it.length)), 0, "and nobody reads it");
  await phone.unroute("**/waiting/send");
  await phone.getByLabel(/mail/i).fill(OWNER.email);
  await phone.getByLabel(/password/i).fill(OWNER.password);
  await phone.getByRole("button", { name: /sign in/i }).click();
  await eventually(product, async () => (await phone.evaluate(() => window.offline?.total())) === 0);
  assert.ok((await json(phone)).comments.some((it) => it.text === "Kept over the sign-out"));
  const known = heard.filter((it) => !/ERR_INTERNET_DISCONNECTED|Failed to (load resource|fetch)|ERR_FAILED|503/.test(String(it)));
  assert.deepEqual(known, []);
});
