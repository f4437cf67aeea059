// Alerts: all seven on the page, one that fires taken and silenced, cards on a phone, and all of it without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, eventually, newPage, open, signIn } from "./product.mjs";

const RULES = [
  "TokenBudgetExceeded", "HypertoolMetricsNotReported", "HighQualityGateFailureRate", "ExcessivePersonaSwitching", "SlowWorkflowStage",
  "LangfuseIntegrationFailing", "TokenBudgetDepletionPredicted",
];

let product, page, heard;

// A budget in all that was overdrawn before it was set, so that it does not depend on the day.
const usedUp = async (page) => {
  await page.goto("/fleet/budgets");
  await page.keyboard.press("n");
  await page.getByLabel(/^For$/).selectOption("project");
  await page.getByLabel(/^Amount/).fill("1");
  await page.getByLabel(/^For how long/).selectOption("total");
  await page.getByLabel(/^Already used/).fill("5");
  await page.getByLabel("Why", { exact: true }).first().fill("so that it is overdrawn");
  await page.getByRole("button", { name: "Set the budget" }).click();
  await page.waitForURL(/\/fleet\/budgets\?budget=/);
};

before(async () => {
  product = await open("--demo");
  page = await signIn(product, demoPerson(product, "supervisor"));
  heard = complaints(page);
});
after(() => product?.close());

test("all seven rules stand there, each with its section of the runbook", async () => {
  await page.goto("/fleet/alerts");
  for (const rule of RULES) await page.getByRole("link", { name: rule, exact: true }).first().waitFor();
  await page.getByRole("link", { name: "Runbook of SlowWorkflowStage" }).click();
  await page.waitForURL(/\/runbook#slowworkflowstage$/);
  assert.equal(await page.locator("#slowworkflowstage h2").innerText(), "SlowWorkflowStage");
});

test("an overdrawn budget fires within two minutes, beside Fleet and on the first page", async () => {
  await usedUp(page);
  await eventually(product, async () => {
    await page.goto("/fleet/alerts");
    return (await page.getByText("Firing", { exact: true }).count()) > 0;
  });
  assert.equal(await page.locator(".sections .firing").count(), 1);
  await page.goto("/");
  await page.getByRole("region", { name: "Alerts that fire" }).getByText("TokenBudgetExceeded", { exact: true }).waitFor();
});

test("one press takes it, one gives it back", async () => {
  await page.goto("/fleet/alerts");
  await page.getByRole("button", { name: "I take it: TokenBudgetExceeded" }).click();
  await page.getByText("taken by").waitFor();
  await page.getByRole("button", { name: "Undo: give back TokenBudgetExceeded" }).click();
  await page.getByRole("button", { name: "I take it: TokenBudgetExceeded" }).waitFor();
});

test("the page reads well, light and dark, on phone and desktop", async () => {
  await page.goto("/fleet/alerts");
  await look(page, "alerts");
  await page.getByRole("link", { name: "Silence TokenBudgetExceeded" }).click();
  await page.waitForURL(/silence=/);
  await look(page, "alerts-silence");
});

test("on a phone alerts are cards and nothing scrolls sideways", async () => {
  const phone = await newPage(product, { viewport: { width: 390, height: 844 }, storageState: await page.context().storageState() });
  for (const path of ["/fleet/alerts", "/fleet/alerts/runbook"]) {
    await phone.goto(path);
    assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, path);
  }
  await phone.goto("/fleet/alerts");
  assert.equal(await phone.locator(".alert-rows thead").isVisible(), false);
});

test("on a phone the chosen one of ten tabs is in view, on the page that is loaded and on the next one", async () => {
  const phone = await newPage(product, { viewport: { width: 390, height: 844 }, storageState: await page.context().storageState() });
  const inView = (name) => phone.locator("#main .tabs [aria-current]", { hasText: name }).evaluate((tab) => {
    const { left, right } = tab.getBoundingClientRect();
    return left >= 0 && right <= innerWidth;
  });
  await phone.goto("/fleet/alerts");
  assert.equal(await inView("Alerts"), true);
  await phone.getByRole("link", { name: "Identity", exact: true }).click();
  await phone.waitForURL("**/fleet/identity*");
  await phone.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await inView("Identity"), true);
});

test("without scripts it is silenced, with an end and a reason, and speaks again", async () => {
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: await page.context().storageState() });
  await plain.goto("/fleet/alerts");
  await plain.getByRole("link", { name: "Silence TokenBudgetExceeded" }).click();
  await plain.getByLabel("until tomorrow 06:00").check();
  await plain.getByLabel("Because").fill("it moves to the cheaper model");
  await plain.getByRole("button", { name: "Silence it" }).click();
  await plain.getByText("it moves to the cheaper model").first().waitFor();
  assert.equal(await plain.locator(".sections .firing").count(), 0, "silenced ones are not counted");
  await plain.getByRole("button", { name: "End the silence of TokenBudgetExceeded" }).click();
  await plain.getByRole("button", { name: "I take it: TokenBudgetExceeded" }).waitFor();
});

test("nothing was complained about", () => {
  assert.deepEqual(heard, []);
});
