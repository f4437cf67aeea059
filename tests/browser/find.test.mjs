// Finding: from any page with one key, by a number, a code or words, and the history of what was found with both values of each change.
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

const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.name);

test("slash, some words, enter: what fits stands in groups, and j and enter open it", async () => {
  await page.goto("/work-orders");
  const number = (await page.locator(".orders tbody .id").first().textContent()).trim();
  await page.goto("/");
  await page.keyboard.press("/");
  assert.equal(await focused(), "Find anything");
  await page.keyboard.type(number.slice(-3));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?q=/);
  const exact = page.locator("#found-exact + ul");
  await exact.getByText(number).waitFor();
  await exact.getByText("exact", { exact: true }).first().waitFor();
  await look(page, "find-exact");
  await page.locator("h1").click();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(new RegExp(number));
});

test("a page with a field of its own takes slash first, and slash again in the empty field finds anything", async () => {
  await page.goto("/work-orders");
  await page.keyboard.press("/");
  assert.equal(await focused(), "q", "the list's own field");
  assert.equal(await page.evaluate(() => Boolean(document.activeElement.closest("main"))), true);
  await page.keyboard.press("/");
  assert.equal(await focused(), "Find anything");
  await page.keyboard.type("a/b");
  assert.equal(await page.locator(".top .find input").inputValue(), "a/b", "a slash in words is a letter");
});

test("words are found, nothing is said to be nothing, and an empty field says what can be typed", async () => {
  await page.goto("/search");
  await page.getByText("What can be typed").waitFor();
  await look(page, "find-new");
  await page.goto("/search?q=the");
  await page.locator(".found li").first().waitFor();
  await look(page, "find-words");
  await page.goto("/search?q=nothing-is-called-so");
  await page.getByText("Nothing fits").waitFor();
  await look(page, "find-nothing");
});

test("the head stays on one line on a phone, where a link leads to the field", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  const [brand, link, account] = await Promise.all(
    [".brand", ".find-link", ".account"].map((it) => page.locator(`.top ${it}`).boundingBox()),
  );
  assert.ok(link.width >= 44 && link.height >= 44, "large enough for a thumb");
  for (const box of [brand, account]) assert.ok(box.y < link.y + link.height && link.y < box.y + box.height, "on one line");
  await page.locator(".find-link").click();
  await page.waitForURL(/\/search$/);
  await page.setViewportSize({ width: 1360, height: 900 });
});

test("without scripts the form of the head finds", async () => {
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: await page.context().storageState() });
  await plain.goto("/");
  await plain.getByLabel("Find anything").last().fill("031");
  await plain.getByLabel("Find anything").last().press("Enter");
  await plain.waitForURL(/\/search\?q=031/);
});

test("the history of an order says both values, is narrowed by chips, and goes out as a table", async () => {
  await page.goto("/work-orders?sort=changed");
  await page.locator(".orders tbody a").first().click();
  await page.waitForURL(/\/work-orders\/WO-/);
  await page.locator("#history-fold > summary").click();
  await page.getByRole("link", { name: /^All of it/ }).click();
  await page.waitForURL(/\/history/);
  const all = await page.locator(".told > li").count();
  assert.ok(all > 0);
  await look(page, "order-history");
  // Which kinds there are is this order's: the first of those that belong together.
  const kind = await page.locator("select[name=kind] optgroup option").first().getAttribute("value");
  await page.locator("select[name=kind]").selectOption(kind);
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL((address) => address.searchParams.get("kind") === kind);
  await page.getByRole("link", { name: /^Remove the filter What/ }).click();
  await page.waitForURL((address) => !address.searchParams.has("kind"));
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
  assert.match(file.suggestedFilename(), /history\.csv$/);
  await page.getByRole("link", { name: "the order as it stood then" }).last().click();
  await page.getByText("Nothing can be changed here").first().waitFor();
});

test("of two pages that are asked for one after the other the last stays, though the first comes later", async () => {
  await page.goto("/ledger");
  // The answer of the first is held back until the second is shown.
  await page.evaluate(() => {
    const real = window.fetch;
    const isShown = () => document.querySelector("h1")?.textContent === "Knowledge";
    window.fetch = async (where, how) => {
      const answer = await real(where, how);
      while (String(where).includes("/traces") && !isShown()) await new Promise((done) => setTimeout(done, 20));
      return answer;
    };
    const press = (name) => [...document.querySelectorAll("nav.sections a")].find((it) => it.textContent.trim() === name).click();
    press("Traces");
    press("Knowledge");
  });
  await page.waitForURL("**/knowledge");
  await page.getByRole("heading", { level: 1, name: "Knowledge" }).waitFor();
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1_000)));
  assert.equal(new URL(page.url()).pathname, "/knowledge");
  assert.equal(await page.getByRole("heading", { level: 1 }).first().innerText(), "Knowledge");
});

test("the browser has nothing to complain of", () => assert.deepEqual(heard, []));
