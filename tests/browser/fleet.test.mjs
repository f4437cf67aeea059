// The fleet: its tabs, time and filters by keys and without scripts, tables that become cards on a phone, figures that lead to traces.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints } from "./look.mjs";
import { demoPerson, newPage, open, signIn } from "./product.mjs";

let product, page, heard;

before(async () => {
  product = await open("--demo");
  page = await signIn(product, demoPerson(product, "supervisor"));
  heard = complaints(page);
});
after(() => product?.close());

test("keys choose the time and open the filter", async () => {
  await page.goto("/fleet");
  await page.keyboard.press("3");
  await page.waitForURL(/range=30d/);
  await page.getByRole("navigation", { name: "Time" }).locator("[aria-current]", { hasText: "30 days" }).waitFor();
  await page.keyboard.press("f");
  await page.getByLabel("Agent", { exact: true }).fill("nobody-is-called-so");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/agent=nobody-is-called-so/);
  await page.getByText("No call of a model in this time").waitFor();
  await page.getByRole("link", { name: /Take the filter Agent/ }).click();
  await page.waitForURL((url) => !url.search.includes("agent=") && url.search.includes("range=30d"));
});

test("every tab is there, and a figure leads to the traces of the same time", async () => {
  await page.goto("/fleet?range=90d");
  const tabs = page.getByRole("navigation", { name: "Fleet" });
  await tabs.getByRole("link", { name: "Identity" }).click();
  await page.waitForURL(/\/fleet\/identity\?range=90d/);
  await tabs.getByRole("link", { name: "Costs" }).click();
  await page.waitForURL(/\/fleet\/costs\?range=90d/);
  await page.locator(".figures a").first().click();
  await page.waitForURL(/\/traces\?from=.*sort=cost/);
  await page.getByRole("heading", { level: 1, name: "Traces" }).waitFor();
});

test("a name leads to its page, which keeps the time and goes by keys too", async () => {
  await page.goto("/fleet?range=90d");
  const name = page.locator("#agents-title").locator("xpath=ancestor::section").locator("td.name a").first();
  const agent = (await name.innerText()).trim();
  await name.click();
  await page.waitForURL(/\/fleet\/agent\?name=.*range=90d/);
  await page.getByRole("heading", { level: 1, name: agent, exact: true }).waitFor();
  await page.getByRole("heading", { name: "Trust of its orders" }).waitFor();
  await page.keyboard.press("3");
  await page.waitForURL((url) => url.pathname === "/fleet/agent" && url.searchParams.get("name") === agent && url.searchParams.get("range") === "30d");
  await page.keyboard.press("4");
  await page.waitForURL(/range=90d/);
  await page.keyboard.press("f");
  await page.getByLabel("Tenant", { exact: true }).fill("nobody-is-called-so");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByText("No call of a model in this time").waitFor();
  await page.getByRole("link", { name: "take the filters away" }).click();
  await page.waitForURL((url) => url.pathname === "/fleet/agent" && url.searchParams.get("name") === agent && !url.searchParams.has("tenant"));
});

test("a supervisor says what calls must name, and why", async () => {
  await page.goto("/fleet/identity?range=90d");
  await page.locator("#required details.change > summary").click();
  await page.getByLabel("tenant", { exact: true }).check();
  await page.getByLabel("Why").fill("Tenants are billed by it");
  await page.getByRole("button", { name: "Require these" }).click();
  await page.getByText("Required now: tenant").waitFor();
});

test("filters of traces are one line on a phone and stand there on a desk", async () => {
  await page.goto("/traces");
  assert.equal(await page.getByRole("navigation", { name: "Show only" }).isVisible(), true);
  const phone = await newPage(product, { viewport: { width: 390, height: 844 }, storageState: await page.context().storageState() });
  await phone.goto("/traces?errors=1");
  const only = phone.getByRole("navigation", { name: "Show only" });
  assert.equal(await only.isVisible(), false);
  await phone.locator("#fold-filters > summary", { hasText: "1 on" }).click();
  assert.equal(await only.isVisible(), true);
  assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
});

test("on a phone tables are cards and nothing scrolls sideways", async () => {
  const phone = await newPage(product, { viewport: { width: 390, height: 844 }, storageState: await page.context().storageState() });
  await page.goto("/fleet?range=90d");
  const own = await page.locator("td.name a[href^='/fleet/agent?']").first().getAttribute("href");
  for (const path of ["/fleet?range=90d", "/fleet/costs?range=90d", "/fleet/identity?range=90d", own]) {
    await phone.goto(path);
    assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, path);
    assert.equal(await phone.locator(".fleet-rows thead").first().isVisible(), false, path);
  }
});

test("nothing was complained about", () => {
  assert.deepEqual(heard, []);
});
