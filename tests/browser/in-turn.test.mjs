// Whatever is pressed, typed or left while something else is still being sent: nothing of it is lost, and the page that is
// shown at the end is the newest. The network is slow here, as it is where work is done.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints } from "./look.mjs";
import { OWNER, eventually, open, signIn } from "./product.mjs";

/** Milliseconds that each answer takes. */
const SLOW = 700;
/** The criterion that a new order has by itself. */
const LAST = "Every required item is done";

let product, page, heard, order;

before(async () => {
  product = await open();
  page = await signIn(product, OWNER);
  heard = complaints(page);
  await page.goto("/work-orders/new");
  await page.getByLabel(/title/i).first().fill("Change the filter");
  await page.locator("[name=checklist]").fill("## Before\n\n- [ ] lamp\n- [ ] keys\n- [ ] gloves\n");
  await page.locator("main form[method=post] button").last().click();
  await page.waitForURL(/\/edit/);
  order = new URL(page.url()).pathname.replace(/\/edit$/, "");
  await page.goto(`${order}/edit`);
});
after(() => product.close());

const slowly = async (latency = SLOW) => {
  const line = await page.context().newCDPSession(page);
  await line.send("Network.enable");
  await line.send("Network.emulateNetworkConditions", { offline: false, latency, downloadThroughput: -1, uploadThroughput: -1 });
  return () => line.detach();
};
const field = (text) => page.locator("textarea[name=text]").filter({ hasText: text }).first();
const planned = () => page.locator("li.block textarea[name=text]").evaluateAll((them) => them.map((it) => it.value));
/** What the order's plan says, read anew and not by this page. */
const recorded = async () => {
  const text = await (await page.request.get(`${order}/edit`)).text();
  return [...text.matchAll(/<textarea name="text"[^>]*>\n([^<]*)<\/textarea>/g)].map((it) => it[1]);
};

test("two fields, a move of one of them and a link, pressed before the first was taken", async () => {
  const quick = await slowly();
  await field("lamp").fill("a lamp");
  await field("keys").fill("the keys");
  await field("gloves").fill("thick gloves");
  await page.getByRole("button", { name: "Move up: gloves" }).click();
  await page.getByRole("link", { name: "Done", exact: true }).click();
  await page.waitForURL((address) => address.pathname === order);
  assert.deepEqual(await recorded(), ["a lamp", "thick gloves", "the keys", LAST]);
  await quick();
});

test("a field that was left is sent although the page is left at once, and one that is still written in too", async () => {
  await page.goto(`${order}/edit`);
  await field("lamp").fill("a good lamp");
  await field("lamp").blur();
  await page.goto("/work-orders");
  await eventually(product, async () => (await recorded())[0] === "a good lamp");
  await page.goto(`${order}/edit`);
  await field("thick").fill("thick dry gloves");
  await page.goto("/work-orders");
  await eventually(product, async () => (await recorded())[1] === "thick dry gloves");
});

test("one field twice, and a press that is pressed twice", async () => {
  await page.goto(`${order}/edit`);
  const quick = await slowly();
  await field("a good lamp").fill("one lamp");
  await page.keyboard.press("Tab");
  await page.locator("textarea[name=text]").first().fill("two lamps");
  await page.keyboard.press("Tab");
  await eventually(product, async () => (await recorded())[0] === "two lamps");
  await page.waitForSelector("html:not([data-sending])");
  await page.getByRole("button", { name: /Move down: two lamps/ }).dblclick();
  await page.waitForSelector("html:not([data-sending])");
  assert.deepEqual(await planned(), ["thick dry gloves", "two lamps", "the keys", LAST]);
  await quick();
});

test("the browser complained of nothing", () => assert.deepEqual(heard, []));
