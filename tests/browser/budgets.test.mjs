// Budgets: set on the page, chosen and changed by keys, cards on a phone, and all of it without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, newPage, open, signIn } from "./product.mjs";

let product, page, heard;

before(async () => {
  product = await open("--demo");
  page = await signIn(product, demoPerson(product, "supervisor"));
  heard = complaints(page);
});
after(() => product?.close());

const set = async (page, name, amount) => {
  await page.getByLabel(/^For$/).selectOption("agent");
  await page.getByLabel(/^Name/).fill(name);
  await page.getByLabel(/^Amount/).fill(amount);
  await page.getByLabel(/^For how long/).selectOption("month");
  await page.getByLabel("Why", { exact: true }).first().fill("what the pilot may use");
  await page.getByRole("button", { name: "Set the budget" }).click();
  await page.waitForURL(/\/fleet\/budgets\?budget=/);
};

test("what is refused stands in the form again, with what was typed", async () => {
  // A window of its own: the browser complains about every answer that refuses.
  const own = await newPage(product, { storageState: await page.context().storageState() });
  await own.goto("/fleet/budgets");
  await own.keyboard.press("n");
  await own.getByLabel(/^For$/).selectOption("agent");
  await own.getByLabel(/^Name/).fill("parts-desk");
  await own.getByLabel(/^Amount/).fill("a few");
  await own.getByLabel("Why", { exact: true }).first().fill("what the pilot may use");
  await own.getByRole("button", { name: "Set the budget" }).click();
  await own.locator("#fault-new-amount").waitFor();
  assert.equal(await own.getByLabel(/^Name/).inputValue(), "parts-desk");
  assert.equal(await own.getByLabel(/^Amount/).inputValue(), "a few");
  assert.equal(await own.getByLabel(/^For$/).inputValue(), "agent");
  await own.context().close();
});

test("a key opens the form", async () => {
  await page.goto("/fleet/budgets");
  await page.keyboard.press("n");
  await set(page, "parts-desk", "2 400 000");
  await page.getByRole("heading", { name: /parts-desk, day by day/ }).waitFor();
  await page.goto("/fleet/budgets");
  await page.keyboard.press("n");
  await set(page, "maintenance", "10");
});

test("keys choose a budget and open its change, which stands in its history", async () => {
  await page.goto("/fleet/budgets");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  assert.equal(await page.evaluate(() => document.activeElement.closest("[data-row]") !== null), true);
  await page.keyboard.press("c");
  await page.waitForURL(/&change=1/);
  await page.locator("#change-amount").fill("3 000 000");
  await page.locator("#change-reason").fill("more work this month");
  await page.getByRole("button", { name: "Change it" }).click();
  await page.getByText("more work this month").waitFor();
  await page.getByText(/changed from .* to 3.000.000.tokens/).waitFor();
});

test("the page reads well, light and dark, on phone and desktop", async () => {
  await page.goto("/fleet/budgets");
  await look(page, "budgets");
  await page.locator("[data-row] a").first().click();
  await page.waitForURL(/budget=/);
  await look(page, "budget");
});

test("on a phone budgets are cards and nothing scrolls sideways", async () => {
  const phone = await newPage(product, { viewport: { width: 390, height: 844 }, storageState: await page.context().storageState() });
  const href = await page.locator("[data-row] a").first().getAttribute("href");
  for (const path of ["/fleet/budgets", href]) {
    await phone.goto(path);
    assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, path);
    assert.equal(await phone.locator(".budget-rows thead").isVisible(), false, path);
  }
});

test("without scripts a budget is chosen, changed and ended", async () => {
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: await page.context().storageState() });
  await plain.goto("/fleet/budgets");
  const before = await plain.locator("[data-row]").count();
  await plain.getByRole("link", { name: /Change the budget of/ }).first().click();
  await plain.waitForURL(/&change=1/);
  await plain.locator("#change-amount").fill("4 000 000");
  await plain.locator("#change-reason").fill("by hand");
  await plain.getByRole("button", { name: "Change it" }).click();
  await plain.getByText("by hand").waitFor();
  await plain.locator("#end > summary").click();
  await plain.locator("#end-reason").fill("the pilot is over");
  await plain.getByRole("button", { name: "End it for good" }).click();
  await plain.waitForURL(/\/fleet\/budgets$/);
  assert.equal(await plain.locator("[data-row]").count(), before - 1);
});

test("nothing was complained about", () => {
  assert.deepEqual(heard, []);
});
