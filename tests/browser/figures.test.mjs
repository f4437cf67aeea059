// Figures lead to their rows, workload stands against hours that are set, on a desk and a phone, by day and by night, with scripts off.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, newPage, open, signIn } from "./product.mjs";

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1360, height: 900 };
let product, page, heard;

before(async () => {
  product = await open("--demo");
  page = await signIn(product, demoPerson(product, "supervisor"));
  heard = complaints(page);
});
after(() => product?.close());

const card = (on, name) => on.locator(".kpi", { has: on.getByRole("heading", { name, exact: true }) });
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const widest = () => page.evaluate(() => document.documentElement.scrollWidth);

test("the tab shows nine figures, the first says what is wrong, and each leads to exactly its rows", async () => {
  await page.goto("/work-orders");
  await page.getByRole("navigation", { name: "Work orders" }).getByRole("link", { name: "Figures" }).click();
  await page.waitForURL("**/work-orders/figures");
  assert.equal(await page.locator(".kpi").count(), 9);
  const late = card(page, "Late");
  const said = await late.locator(".kpi-value").innerText();
  const count = Number(/^(\d+)\s*of (\d+) open/.exec(said)?.[2]);
  assert.ok(count > 0, said);
  await look(page, "figures");
  await late.getByRole("link", { name: `Late: ${count} order` }).click();
  await page.waitForURL("**/work-orders/figures/late");
  assert.equal(await page.locator("tr[data-row]").count(), count);
  await look(page, "figures-rows");
  await page.goto("/work-orders/figures?type=Nothing+like+it");
  // A dash where nothing is counted, with its reason.
  assert.equal(await page.locator(".kpi").filter({ hasText: "nothing to count" }).count(), 9);
});

test("the period and the filters stand in the address", async () => {
  await page.goto("/work-orders/figures");
  await page.getByRole("link", { name: "12 months" }).click();
  await page.waitForURL(/by=month&last=12/);
  await page.locator("#more-filters > summary").click();
  await page.getByLabel("Assigned").selectOption("nobody");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/assignee=nobody/);
  await page.getByRole("link", { name: /Take the filter Assigned/ }).click();
  await page.waitForURL((url) => !url.search.includes("assignee"));
});

test("hours, a holiday and an absence are set, and work stands against them", async () => {
  await page.goto("/work-orders/workload");
  await page.getByText(/of 40 h/).first().waitFor();
  await page.getByRole("link", { name: "Working hours" }).first().click();
  await page.waitForURL("**/work-orders/hours");
  const set = page.locator("form[action='/work-orders/hours']");
  assert.equal(await set.getByLabel(/^From this day on/).inputValue(), inDays(0));
  const tops = await set.locator(".weeks-hours input").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
  assert.equal(new Set(tops).size, 1, "the days of a week stand in one row");
  await set.getByLabel("Who").selectOption({ label: "Dana Okafor" });
  await set.getByLabel(/^From this day on/).fill(inDays(-30));
  for (const day of ["Mon", "Tue", "Wed", "Thu", "Fri"]) await set.getByLabel(day, { exact: true }).fill("7");
  await set.getByRole("button", { name: "Set the hours" }).click();
  await page.locator(".flash").getByText("The hours hold from that day on.").waitFor();
  await page.getByRole("cell", { name: "35 h" }).waitFor();
  await page.getByLabel("What it is").fill("Day of the plant");
  await page.getByLabel("Day", { exact: true }).fill(inDays(40));
  await page.getByRole("button", { name: "Add the day" }).click();
  await page.getByText("Day of the plant").waitFor();
  await look(page, "working-hours");
  await page.getByRole("button", { name: /^Take away/ }).first().click();
  await page.getByText("None from today on.").waitFor();
  await page.goto("/work-orders/workload");
  await page.getByText(/of 35 h/).first().waitFor();
  await look(page, "workload");
  await page.goto("/work-orders/calendar");
  await page.getByRole("heading", { name: "Work against hours, this week" }).waitFor();
});

test("with scripts off, on a phone and at night it is the same", async () => {
  const options = {
    javaScriptEnabled: false, storageState: await page.context().storageState(), viewport: PHONE, colorScheme: "dark",
  };
  const plain = await newPage(product, options);
  await plain.goto("/work-orders/figures");
  assert.equal(await plain.locator(".kpi").count(), 9);
  await plain.goto("/work-orders/figures/late");
  await plain.getByRole("link", { name: "All figures" }).waitFor();
  await page.setViewportSize(PHONE);
  for (const path of ["figures", "figures/late", "workload", "hours"]) {
    await page.goto(`/work-orders/${path}`);
    assert.ok((await widest()) <= PHONE.width, path);
  }
  await page.setViewportSize(DESK);
});

test("a technician is shown no figures of others", async () => {
  const dana = await signIn(product, demoPerson(product, "technician"));
  await dana.goto("/work-orders");
  assert.equal(await dana.getByRole("link", { name: "Figures" }).count(), 0);
  const answer = await dana.goto("/work-orders/figures");
  assert.equal(answer.status(), 403);
  assert.deepEqual(heard, []);
});
