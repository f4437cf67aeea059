// The board and the calendar: an order goes from lane to lane by its menu, by being dragged and without scripts; a day is changed
// with the keyboard and taken back.
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

/** The day so many days from now, as forms write it. */
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const lane = (on, state) => on.locator(`[data-lane="${state}"]`);
const card = (on, state, title) => lane(on, state).locator("[data-card]").filter({ hasText: title });

/** Writes a draft; its number. */
const write = async (title, due) => {
  await page.goto("/work-orders/new");
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Type").fill("Repair");
  await page.getByLabel(/^Due/).fill(due);
  await page.getByLabel("What is to be done").fill("## Look\n- [ ] Looked\n");
  await page.getByLabel("It is done when").fill("It was looked at");
  await page.getByRole("button", { name: "Write the draft" }).click();
  await page.waitForURL(/\/edit$/);
  return /WO-[0-9-]+/.exec(page.url())[0];
};

/** Submits it from its menu of moves, which leads back to the board. */
const submit = async (number) => {
  await page.goto(`/work-orders/${number}/moves?back=/work-orders/board`);
  await page.getByRole("button", { name: "Submit for approval" }).click();
  await page.waitForURL(/\/work-orders\/board/);
};

test("a card's menu says what may be done and why the rest may not, and leads back", async () => {
  await submit(await write("Probe C3 reads 6.8", inDays(3)));
  const found = card(page, "submitted", "Probe C3");
  await found.waitFor();
  await look(page, "board-with-cards");
  await found.getByRole("link", { name: /^Move/ }).click();
  await page.getByRole("heading", { name: "Move", exact: true }).waitFor();
  await page.getByRole("heading", { name: "What you may do now" }).waitFor();
  await look(page, "board-moves");
  await page.getByRole("link", { name: "Return to draft…" }).click();
  await page.getByLabel("Why").fill("The plan lacks a step");
  await look(page, "board-move-with-reason");
  await page.getByRole("button", { name: "Return to draft" }).click();
  await page.waitForURL(/\/work-orders\/board/);
  await page.locator(".flash").getByText(/is now draft/).waitFor();
  assert.equal(await card(page, "submitted", "Probe C3").count(), 0);
});

test("a card that is dragged does what its menu does, and is told why where it may not go", async () => {
  await submit(await write("Speech in the freezing hall", inDays(4)));
  await card(page, "submitted", "Speech").dragTo(lane(page, "approved"));
  await page.waitForURL(/\/move\/approved\?back=/);
  await page.goto("/work-orders/board");
  await card(page, "submitted", "Speech").dragTo(lane(page, "verified"));
  await page.waitForURL(/\/moves\?/);
  await page.getByRole("alert").getByText("does not go to verified").waitFor();
  await page.getByRole("link", { name: "Back" }).click();
  await page.waitForURL(/\/work-orders\/board/);
});

test("a phone shows one lane at a time and nothing to the side", async () => {
  await page.setViewportSize(PHONE);
  await page.goto("/work-orders/board?lane=submitted");
  const shown = () => page.locator("[data-lane]:visible").evaluateAll((all) => all.map((it) => it.dataset.lane));
  assert.deepEqual(await shown(), ["submitted"]);
  await page.getByRole("navigation", { name: "Lanes" }).getByRole("link", { name: /^On hold/ }).click();
  await page.waitForURL(/lane=on_hold/);
  assert.deepEqual(await shown(), ["on_hold"]);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= PHONE.width);
  await page.setViewportSize(DESK);
  assert.equal((await shown()).length, 6);
});

test("with scripts off the menu moves a card, filters narrow and lanes are links", async () => {
  const options = { javaScriptEnabled: false, storageState: await page.context().storageState() };
  const plain = await newPage(product, options);
  await plain.goto("/work-orders/board");
  await plain.getByLabel("Search").fill("Speech");
  await plain.getByRole("button", { name: "Apply" }).click();
  await plain.waitForURL(/q=Speech/);
  await card(plain, "submitted", "Speech").getByRole("link", { name: /^Move/ }).click();
  await plain.getByRole("link", { name: "Return to draft…" }).click();
  await plain.getByLabel("Why").fill("It is written anew");
  await plain.getByRole("button", { name: "Return to draft" }).click();
  await plain.waitForURL(/\/work-orders\/board\?.*q=Speech/);
  await plain.getByText("No work order fits").waitFor();
});

test("an order stands on its day, goes a day on by the keyboard, and back by Undo", async () => {
  const [due, later] = [inDays(5), inDays(6)];
  const number = await write("Quarterly key change", due);
  await page.goto("/work-orders/calendar");
  const on = (date) => page.locator("td", { has: page.locator(`time[datetime="${date}"]`) }).locator("[data-entry]", { hasText: "Quarterly" });
  await on(due).waitFor();
  await look(page, "calendar-with-orders");
  await on(due).getByRole("link").focus();
  await page.keyboard.press("ArrowRight");
  await on(later).waitFor();
  await page.locator(".flash").getByText(/Saved/).waitFor();
  await look(page, "calendar-moved");
  await page.getByRole("button", { name: "Undo" }).click();
  await on(due).waitFor();
  await page.locator(".flash").getByText(/Taken back/).waitFor();
  const options = { javaScriptEnabled: false, storageState: await page.context().storageState(), viewport: PHONE };
  const plain = await newPage(product, options);
  await plain.goto("/work-orders/calendar");
  await plain.getByRole("button", { name: `${number}: move day to ${later}` }).click();
  await plain.getByRole("button", { name: "Undo" }).waitFor();
  assert.ok((await plain.evaluate(() => document.documentElement.scrollWidth)) <= PHONE.width);
  await plain.getByRole("button", { name: "Undo" }).click();
  await plain.locator(".flash").getByText(/Taken back/).waitFor();
  assert.deepEqual(heard, []);
});
