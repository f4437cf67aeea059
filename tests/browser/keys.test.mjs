// The map of keys: opened and closed by keys alone, with the keys of the page on top; and the same list as a page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, open, signIn } from "./product.mjs";

let product, page, heard;

before(async () => {
  product = await open("--demo");
  page = await signIn(product, demoPerson(product, "supervisor"));
  heard = complaints(page);
});
after(() => product?.close());

const map = () => page.locator("#keys[open]");

test("? opens the map, ? and escape close it, and the focus goes back", async () => {
  await page.goto("/work-orders");
  const link = page.locator(".orders tbody a").first();
  await link.focus();
  await page.keyboard.press("?");
  await map().waitFor();
  await map().getByText("choose the row", { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => Boolean(document.activeElement.closest("#keys"))), true, "the focus is in the map");
  await look(page, "keys");
  await page.keyboard.press("?");
  await map().waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await map().waitFor();
  await page.keyboard.press("Escape");
  await map().waitFor({ state: "detached" });
  assert.equal(await link.evaluate((it) => it === document.activeElement), true, "where it was");
});

test("g and a letter go to sections and tabs, from any page", async () => {
  for (const [letter, address] of [["b", /\/work-orders\/board$/], ["d", /\/calendar$/], ["o", /\/procedures$/], ["m", /\/assets$/], ["f", /\/fleet$/], ["c", /\/fleet\/costs$/], ["e", /\/sessions$/], ["i", /\/figures$/], ["w", /\/work-orders$/], ["h", /\/$/]]) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await page.waitForURL(address);
    // The page that was put in listens for keys when it has come to rest.
    await page.waitForLoadState("networkidle");
  }
});

test("no key does anything while somebody types, or with another key held down", async () => {
  await page.goto("/work-orders");
  await page.locator("main input[type=search]").fill("g");
  await page.keyboard.type("?nb");
  assert.equal(await page.locator("main input[type=search]").inputValue(), "g?nb");
  assert.equal(await map().count(), 0);
  await page.locator("h1").click();
  await page.keyboard.press("Control+j");
  await page.keyboard.press("Alt+n");
  assert.match(page.url(), /\/work-orders$/);
});

test("a link of the map leads on and leaves nothing lying over the page", async () => {
  await page.goto("/");
  await page.keyboard.press("?");
  await map().getByRole("link", { name: "The keys of all pages" }).click();
  await page.waitForURL(/\/keys$/);
  assert.equal(await map().count(), 0);
  await page.getByRole("heading", { name: "A claim" }).waitFor();
  await look(page, "keys-page");
});

test("the browser has nothing to complain of", () => assert.deepEqual(heard, []));
