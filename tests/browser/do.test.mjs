// Whoever does the work: on a phone the order opens at its next item and one tap does it; on a desk the keyboard alone does a
// whole order; and without scripts a new order is done and signed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { OWNER, demoPerson, newPage, open, sign, signIn } from "./product.mjs";

const DEMO_ORDER = "WO-2026-014";
const PHONE = { viewport: { width: 390, height: 844 } };
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVQIHWNgAAAAAgABz8g15QAAAABJRU5ErkJggg==", "base64");
/** The same picture in other bytes: the same file at the same place is one. */
const OTHER = Buffer.concat([PNG, Buffer.from([0])]);
/** A small order of ticks. */
const order = (title) => `# ${title}

## Header
| Field | Value |
|-------|-------|
| **Type** | Inspection |

## Steps

### 1. Look

- [ ] Read the notice
- [ ] Take the key

### 2. Work

- [ ] Read the probe
- [ ] Write it down
`;
let product, phone, heard;

before(async () => {
  product = await open("--demo");
  phone = await signIn(product, demoPerson(product, "technician"), PHONE);
  heard = complaints(phone);
});
after(() => product?.close());

/** Whether something lies wholly between what sticks above and below. */
const isOnScreen = (place) =>
  place.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });

test("the technician's first page leads straight to the next item, with scripts and without", async () => {
  await phone.goto("/");
  await phone.getByRole("heading", { name: /^Today, / }).waitFor();
  await look(phone, "do-home");
  await phone.setViewportSize(PHONE.viewport);
  const on = phone.locator(".work-card a.button").first();
  const place = new URL(await on.getAttribute("href"), product.url).hash;
  assert.match(place, /^#item-/);
  for (const options of [PHONE, { ...PHONE, javaScriptEnabled: false }]) {
    const page = await signIn(product, demoPerson(product, "technician"), options);
    await page.goto("/");
    await page.locator(".work-card a.button").first().click();
    await page.waitForURL(`**${place}`);
    const row = page.locator(place);
    await row.waitFor();
    assert.ok(await isOnScreen(row), "the next item is on the screen");
  }
});

test("on a phone an order opens at its next item, and all else is behind one line", async () => {
  await phone.goto(`/work-orders/${DEMO_ORDER}`);
  const next = phone.locator(".item.is-next");
  await next.waitFor();
  assert.ok(await isOnScreen(next));
  assert.equal(await phone.locator("#log").isVisible(), false);
  assert.equal(await phone.locator("#criteria").isVisible(), false);
  const line = phone.locator("#order-line");
  assert.equal(Math.round((await line.boundingBox()).y), 0, "the line of the order stays at the top");
  await phone.getByText("About this order, criteria, log").click();
  await phone.locator("#log").waitFor();
  await look(phone, "do-order");
  await phone.setViewportSize(PHONE.viewport);
});

test("any item that is seen is ticked by one tap anywhere on its row, and the bar takes it back", async () => {
  await phone.goto(`/work-orders/${DEMO_ORDER}`);
  const tick = phone.locator("details.step[open] button.tick").last();
  await tick.evaluate((button) => button.scrollIntoView({ block: "center" }));
  const words = (await tick.getAttribute("aria-label")).replace("Tick: ", "");
  const row = phone.locator("li.item", { has: phone.getByRole("button", { name: `Tick: ${words}`, exact: true }) });
  const { x, y, width, height } = await row.locator(".text").boundingBox();
  await phone.mouse.click(x + width / 2, y + height / 2);
  await phone.getByRole("button", { name: `Undo the last: ${words}`, exact: true }).click();
  await phone.getByRole("button", { name: `Tick: ${words}`, exact: true }).waitFor();
});

test("the bar ticks only what is on the screen, and leads to it else", async () => {
  await phone.goto(`/work-orders/${DEMO_ORDER}`);
  const bar = phone.locator("#bottom-bar");
  const isTick = (await bar.locator("form[data-tick-next]").count()) > 0;
  if (isTick) await bar.locator("form[data-tick-next]").waitFor();
  await phone.evaluate(() => scrollTo(0, 0));
  const go = bar.locator("[data-go-to]");
  const next = phone.locator(".item.is-next");
  if (isTick) {
    // Half of it or more between what sticks above and the bar.
    const isSeen = (element) => {
      const { top, bottom, height } = element.getBoundingClientRect();
      return (Math.min(bottom, innerHeight - 120) - Math.max(top, 56)) / height >= 0.5;
    };
    await ((await next.evaluate(isSeen)) ? bar.locator("form[data-tick-next]") : go).waitFor();
    await phone.evaluate(() => scrollTo(0, document.body.scrollHeight));
    if (await next.evaluate((element) => element.getBoundingClientRect().bottom < 56)) {
      await go.click();
      assert.ok(await isOnScreen(next));
    }
  }
});

test("a whole order is done by the keyboard alone on a desk", async () => {
  const desk = await signIn(product, OWNER, { viewport: { width: 1280, height: 900 } });
  const number = await made(desk, order("Check the cold store"));
  await moved(desk, number, /^Submit/);
  await approved(desk, number);
  const rows = await desk.locator("li.item[id^=item-]").count();
  assert.ok(rows > 2);
  await desk.locator("h1").click();
  for (let done = 0; done < rows; done += 1) {
    const next = await desk.locator(".item.is-next").getAttribute("id");
    if (done > 0) await desk.keyboard.press("j");
    await desk.keyboard.press("Space");
    await desk.waitForFunction((id) => !document.querySelector(`#${id} button.tick`), next);
  }
  assert.equal(await desk.locator("li.item[id^=item-] button.tick").count(), 0, "nothing is open");
  await desk.keyboard.press("u");
  await desk.locator(".item.is-next").waitFor();
  await desk.keyboard.press("Space");
  await desk.locator(".item.is-next").waitFor({ state: "detached" });
  for (const [key, step] of [["]", 1], ["[", 0]]) {
    await desk.keyboard.press(key);
    const at = await desk.evaluate(() => [...document.querySelectorAll("[data-step]")].indexOf(document.activeElement));
    assert.equal(at, step, key);
  }
  await desk.keyboard.press("?");
  await desk.getByText("step before, step after").waitFor();
  await look(desk, "do-keys");
  await desk.keyboard.press("Escape");
});

test("without scripts an order goes from new to completed and signed", async () => {
  const plain = await signIn(product, OWNER, { javaScriptEnabled: false });
  const number = await made(plain, order("Check the warm store"));
  await moved(plain, number, /^Submit/);
  await approved(plain, number);
  for (let tick = plain.locator("li.item.is-next button.tick"); (await tick.count()) > 0; ) await tick.click();
  await plain.getByRole("link", { name: /^Complete and sign/ }).first().click();
  await plain.locator('input[name="outcome"][value="partial"]').check();
  await sign(plain, OWNER);
  await plain.waitForURL(new RegExp(`${number}(#|$)`));
  await plain.locator("#top .head .chip", { hasText: "Completed" }).waitFor();
});

test("the list, the board and the largest order of the example need at most 4 requests and 60 KiB; one of 300 items stays near", async () => {
  const owner = await signIn(product, OWNER);
  const items = (step) => Array.from({ length: 10 }, (_, at) => `- [ ] Look at part ${step * 10 + at} of the line and write down what it says\n`);
  const steps = Array.from({ length: 30 }, (_, step) => `### ${step + 1}. Section ${step + 1} of the line\n\n${items(step).join("")}\n`);
  const large = await made(owner, `# Go through the whole line\n\n## Steps\n\n${steps.join("")}`);
  const storageState = await phone.context().storageState();
  for (const path of ["/work-orders", "/work-orders/board", `/work-orders/${DEMO_ORDER}`, `/work-orders/${large}`]) {
    const state = path.endsWith(large) ? await owner.context().storageState() : storageState;
    const fresh = await newPage(product, { ...PHONE, storageState: state });
    const requests = [];
    fresh.on("requestfinished", (request) => requests.push(request));
    await fresh.goto(path, { waitUntil: "networkidle" });
    const sizes = await Promise.all(requests.map((request) => request.sizes()));
    const bytes = sizes.reduce((sum, size) => sum + size.responseBodySize, 0);
    console.log(`${path}: ${requests.length} requests, ${(bytes / 1024).toFixed(1)} KiB compressed`);
    assert.ok(requests.length <= 4, requests.map((request) => request.url()).join(" "));
    assert.ok(bytes <= (path.endsWith(large) ? 80 : 60) * 1024, `${path}: ${bytes} bytes`);
  }
});

test("what a file brings is read on a phone, line by line and as an order", async () => {
  const page = await signIn(product, OWNER, PHONE);
  const text = order("Fail over the database").replace("- [ ] Read the probe", "- [x] Lag is below 10 s").replace("2. Work", "2. Check the replica");
  await page.goto("/work-orders/import");
  await page.getByLabel("Markdown").fill(text);
  await page.getByRole("button", { name: "Look what it becomes" }).click();
  await page.locator(".preview pre").first().waitFor();
  const widths = await page.locator(".preview pre").evaluateAll((all) => all.map((it) => it.clientWidth));
  assert.ok(Math.min(...widths) >= 200, `columns of ${widths} px`);
  await page.getByRole("button", { name: "Create the draft order" }).first().click();
  await page.waitForURL(/\/work-orders\/WO-/);
  const title = page.locator(".step > summary h2", { hasText: "Check the replica" });
  await title.waitFor();
  const { width, height } = await title.boundingBox();
  assert.ok(width >= 150 && height < 60, `the heading takes ${width} × ${height} px beside its stamp`);
  await page.getByText("nobody here confirms it").first().waitFor();
});

test("on paper every page has its head and foot and says which it is", async () => {
  await phone.goto(`/work-orders/${DEMO_ORDER}/print`);
  const pdf = (await phone.pdf({ format: "A4" })).toString("latin1");
  const pages = pdf.match(/\/Type\s*\/Page[^s]/g).length;
  assert.ok(pages >= 2, `${pages} pages`);
  await phone.emulateMedia({ media: "print" });
  assert.equal(await phone.locator(".each-page > thead").evaluate((head) => getComputedStyle(head).display), "table-header-group");
  assert.equal(await phone.locator(".top").isVisible(), false);
  await phone.emulateMedia({ media: null });
});

test("on a phone one press opens the camera, and what it took is on its row; the page of files stays for those without scripts", async () => {
  await phone.goto(`/work-orders/${DEMO_ORDER}`);
  const row = phone.locator(".item.is-next");
  const id = await row.getAttribute("id");
  const camera = row.getByRole("link", { name: /^Photo: / });
  await camera.scrollIntoViewIfNeeded();
  const { width, height } = await camera.boundingBox();
  assert.ok(width >= 48 && height >= 48, `${width} by ${height}`);
  const [chooser] = await Promise.all([phone.waitForEvent("filechooser"), camera.click()]);
  assert.equal(await chooser.element().getAttribute("capture"), "environment");
  await chooser.setFiles({ name: "valve.png", mimeType: "image/png", buffer: PNG });
  await phone.locator(`#${id} .file-chip`).getByRole("img", { name: "valve.png" }).waitFor();
  assert.equal(new URL(phone.url()).pathname, `/work-orders/${DEMO_ORDER}`);
  // The bar's button does the same for the item that it names, and the next photo needs nothing of the first.
  const about = await phone.locator("#bottom-bar a[data-photo]").evaluate((it) => new URL(it.href).searchParams.get("target"));
  const [again] = await Promise.all([phone.waitForEvent("filechooser"), phone.locator("#bottom-bar a[data-photo]").click()]);
  await again.setFiles({ name: "seal.png", mimeType: "image/png", buffer: OTHER });
  await phone.locator(`#${about.replace(":", "-")} .file-chip`).getByRole("img", { name: "seal.png" }).waitFor();
  const plain = await newPage(product, { ...PHONE, javaScriptEnabled: false, storageState: await phone.context().storageState() });
  await plain.goto(`/work-orders/${DEMO_ORDER}`);
  await plain.locator("#bottom-bar").getByRole("link", { name: "Photo", exact: true }).click();
  await plain.getByLabel("Take a photo").waitFor();
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(heard, []);
});

/** A new order out of Markdown; its number. */
async function made(page, text) {
  await page.goto("/work-orders/import");
  await page.getByLabel("Markdown").fill(text);
  await page.getByRole("button", { name: "Look what it becomes" }).click();
  await page.getByRole("button", { name: "Create the draft order" }).first().click();
  await page.waitForURL(/\/work-orders\/WO-/);
  return /WO-[\d-]+/.exec(page.url())[0];
}

async function moved(page, number, name) {
  await page.goto(`/work-orders/${number}`);
  const plan = page.locator("#plan");
  await plan.getByLabel("Assigned to").selectOption({ index: 1 });
  await plan.getByRole("button", { name: "Assign", exact: true }).click();
  await page.locator(".flash").waitFor();
  await page.locator("#top").getByRole("button", { name }).click();
}

async function approved(page, number) {
  await page.locator("#top").getByRole("link", { name: /^Approve and sign/ }).click();
  await sign(page, OWNER);
  await page.waitForURL(new RegExp(`${number}(#|$)`));
}
