// The list of orders as a supervisor works with it every day: views, filters, sorting, and one press for several orders.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, newPage, open, signIn } from "./product.mjs";

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1360, height: 900 };
let product, page, heard, draft;

before(async () => {
  product = await open("--demo");
  page = await signIn(product, demoPerson(product, "supervisor"));
  heard = complaints(page);
  await page.goto("/work-orders/new");
  await page.getByLabel("Title").fill("Grease the chain");
  await page.getByLabel("What is to be done").fill("- [ ] Chain greased\n");
  await page.getByRole("button", { name: "Write the draft" }).click();
  await page.waitForURL(/\/edit$/);
  draft = /WO-[0-9-]+/.exec(page.url())[0];
});
after(() => product?.close());

const numbers = () => page.locator(".orders tbody .id").allTextContents();
const boxes = () => page.locator("[data-choose]"); // not the one in the head
const chosen = () => page.locator("[data-choose]:checked").count();

test("a heading sorts, and says so; a filter is a chip that goes away by itself", async () => {
  await page.goto("/work-orders");
  assert.equal((await page.locator("th[aria-sort=ascending]").textContent()).trim(), "Due");
  await page.getByRole("columnheader", { name: "Number" }).getByRole("link").click();
  await page.waitForURL(/sort=number/);
  const found = await numbers();
  assert.deepEqual(found, [...found].sort().reverse());
  assert.equal((await page.locator("th[aria-sort=descending]").textContent()).trim(), "Number");
  await page.locator("#more-filters > summary").click();
  await page.getByLabel("Add a status").selectOption("draft");
  await page.locator("#more-filters").getByRole("button", { name: "Add" }).click();
  await page.waitForURL(/status=draft/);
  // It stays open for the next one.
  await page.getByLabel("Add a status").selectOption("on_hold");
  await page.locator("#more-filters").getByRole("button", { name: "Add" }).click();
  await page.waitForURL(/on_hold/);
  await look(page, "list-filtered");
  await page.getByRole("link", { name: "Remove the filter Status Draft" }).click();
  await page.waitForURL((address) => address.searchParams.get("status") === "on_hold");
  assert.equal(new URL(page.url()).searchParams.get("sort"), "number", "the order of the rows stays");
  await page.goto("/work-orders?q=nothing-is-called-so");
  await page.getByText("No order fits").waitFor();
  await look(page, "list-nothing");
});

test("a view is kept, changed and thrown away", async () => {
  await page.goto("/work-orders?status=open");
  await page.locator("#keep-view > summary").click();
  await page.getByLabel("Name of the view").fill("What is open");
  await page.getByLabel("Everybody in the project sees it").check();
  await page.locator("#keep-view").getByRole("button", { name: "Keep" }).click();
  await page.locator(".flash").getByText("The view is kept.").waitFor();
  const view = page.locator(".views a", { hasText: "What is open" });
  assert.equal(await view.getAttribute("aria-current"), "page");
  await page.locator("#more-filters > summary").click();
  await page.locator("#more-filters [name=priority]").selectOption("high");
  await page.locator("#more-filters").getByRole("button", { name: "Add" }).click();
  await page.waitForURL(/priority=high/);
  await look(page, "list-view-changed");
  await page.getByRole("button", { name: /^Save the change to this view/ }).click();
  await page.locator(".flash").getByText("The view is changed").waitFor();
  assert.match(await view.getAttribute("href"), /priority=high/);
  await page.locator("#own-views > summary").click();
  await look(page, "list-own-views");
  await page.getByRole("button", { name: "Throw away What is open" }).click();
  await page.locator(".flash").getByText("thrown away").waitFor();
  assert.equal(await view.count(), 0);
});

test("x chooses the row, shift and x a range, and enter still opens", async () => {
  await page.goto("/work-orders?status=open");
  assert.equal(await page.locator("#several[open]").count(), 0);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.locator("#several[open]").getByText("1 chosen").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  assert.equal(await chosen(), 3);
  await page.locator("#several").getByText("3 chosen").waitFor();
  await look(page, "list-chosen");
  await page.getByLabel("Choose every row of this page").check();
  assert.equal(await chosen(), await boxes().count());
  await page.getByLabel("Choose every row of this page").uncheck();
  assert.equal(await chosen(), 0);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/work-orders\/WO-/);
});

test("one press changes several orders; what is refused says why, beside its number", async () => {
  await page.goto("/work-orders?sort=number");
  const states = await page.locator(".orders tbody tr td:nth-child(4) .chip:first-child").allTextContents();
  assert.ok(new Set(states).size > 2, "orders in several states");
  await page.getByLabel("Choose every row of this page").check();
  await page.getByLabel("With the chosen").selectOption("due");
  await page.getByLabel(/^New due day/).fill("2031-01-15");
  // No reason is given, and plans that were approved ask for one.
  await page.getByRole("button", { name: "Apply to chosen" }).click();
  await page.getByRole("heading", { name: /Set the due day: \d+ of \d+ done/ }).waitFor();
  await page.getByRole("heading", { name: "Not done" }).waitFor();
  assert.ok((await page.locator(".said li a").count()) === states.length);
  await look(page, "list-said");
  await page.getByRole("link", { name: "Back to the list" }).click();
  await page.waitForURL(/\/work-orders\?sort=number$/);
});

test("without scripts the boxes and the one button do the same", async () => {
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: await page.context().storageState() });
  await plain.goto("/work-orders?status=draft");
  assert.equal(await plain.locator("[data-choose-all]").isVisible(), false, "no box that does nothing");
  await plain.getByLabel(`Choose ${draft}`).check();
  await plain.locator("#several > summary").click();
  await plain.getByLabel("With the chosen").selectOption("priority");
  await plain.getByLabel("New priority").selectOption("emergency");
  await plain.getByRole("button", { name: "Apply to chosen" }).click();
  await plain.waitForURL(/\/work-orders\?status=draft$/);
  await plain.locator(".flash").getByText(draft).waitFor();
  const row = plain.locator(".orders tbody tr", { hasText: draft });
  assert.match(await row.textContent(), /emergency/);
});

test("on a phone one line stands above the first card, and says how many filters are on", async () => {
  for (const javaScriptEnabled of [true, false]) {
    const storageState = await page.context().storageState();
    const phone = await newPage(product, { viewport: PHONE, javaScriptEnabled, storageState });
    for (const [path, says] of [["/work-orders", "Filters"], ["/work-orders?status=open&status=draft", "Filters · 2 on"]]) {
      await phone.goto(path);
      const first = await phone.locator("tbody tr").first().boundingBox();
      assert.ok(first.y + first.height <= PHONE.height, `the first card ends at ${first.y + first.height} px`);
      const { height } = await phone.locator(".list-tools").boundingBox();
      assert.ok(height <= 56, `what stands above it takes ${height} px`);
      const fold = phone.locator(".order-filters > .fold-filters > summary");
      assert.equal((await fold.innerText()).trim().replace(/\s+/g, " "), says);
    }
    assert.equal(await phone.locator(".views").isVisible(), false);
    await phone.locator(".list-tools > .fold-filters > summary").click();
    await phone.locator(".views a").first().waitFor();
    await phone.locator(".order-filters > .fold-filters > summary").click();
    await phone.locator("#more-filters [name=priority]").selectOption("emergency");
    await phone.locator("#more-filters").getByRole("button", { name: "Add" }).click();
    await phone.waitForURL(/priority=emergency/);
    assert.match(phone.url(), /status=/, "what was on stays on");
    // Several orders are changed once one is chosen.
    await phone.goto("/work-orders");
    assert.equal(await phone.locator("#several").isVisible(), false);
    await phone.locator("[data-choose]").first().check();
    await phone.locator("#several > summary").click();
    await phone.getByRole("button", { name: "Apply to chosen" }).waitFor();
    await phone.context().close();
  }
});

test("other lists on a phone begin on the first screen too", async () => {
  await page.setViewportSize(PHONE);
  for (const path of ["/review", "/exceptions?state=any", "/assets"]) {
    await page.goto(path);
    const first = await page.locator("main .sheet.flush").first().boundingBox();
    assert.ok(first.y < PHONE.height, `${path} begins at ${first.y} px`);
  }
  await page.setViewportSize(DESK);
});

test("on a phone rows are cards, and a thumb finds the box", async () => {
  await page.setViewportSize(PHONE);
  await page.goto("/work-orders");
  const box = await page.locator(".orders .choose label").first().boundingBox();
  assert.ok(box.width >= 44 && box.height >= 44, `${box.width} by ${box.height}`);
  const title = await page.locator(".orders .title").first().boundingBox();
  assert.ok(title.x + title.width <= box.x || title.y >= box.y + box.height, "the box lies over nothing");
  await page.locator(".order-filters > .fold-filters > summary").click();
  const sort = page.getByRole("navigation", { name: "Order of the list" }).getByRole("link", { name: "Priority" });
  assert.ok((await sort.boundingBox()).height >= 44);
  await sort.click();
  await page.waitForURL(/sort=priority/);
  await page.setViewportSize(DESK);
  await look(page, "list-by-priority");
  assert.deepEqual(heard, []);
});
