// Schedules: from a procedure in use over its schedule to an order that is made by itself, done, and read in the procedure's history.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, newPage, open, signIn } from "./product.mjs";

const today = () => new Date().toISOString().slice(0, 10);
const TEXT = `# Round of the press

## Header

| Field | Value |
|-------|-------|
| **Type** | Preventive |
| **Priority** | MEDIUM |

## Step 1: Look

- [ ] It is shut

## Completion Criteria

- It holds 6 bar
`;
/** The one of the example whose first day is left out. */
const LEAVES_A_DAY_OUT = "SC-005";
let product, dana, sam, person, heard, number, written, schedule;

before(async () => {
  product = await open("--demo");
  person = { dana: demoPerson(product, "technician"), sam: demoPerson(product, "supervisor") };
  dana = await signIn(product, person.dana);
  sam = await signIn(product, person.sam);
  heard = [complaints(dana), complaints(sam)];
});
after(() => product?.close());

test("the list says what comes next, and one schedule is read in sentences", async () => {
  await sam.goto("/schedules");
  await sam.getByRole("link", { name: LEAVES_A_DAY_OUT }).first().waitFor();
  await look(sam, "schedules");
  await sam.goto(`/schedules/${LEAVES_A_DAY_OUT}`);
  await sam.getByText("Days to come").waitFor();
  await sam.locator("#history-fold > summary").click();
  await sam.locator("#history-fold").getByText(/^left .+ out: the desk is closed/).waitFor();
  await look(sam, "schedule");
  await sam.goto("/work-orders/calendar");
  await look(sam, "calendar-planned");
});

test("a procedure is written, approved, and given a schedule whose days are looked at first", async () => {
  await dana.goto("/procedures/new");
  await dana.getByLabel("What is done").fill(TEXT);
  await dana.getByRole("button", { name: "Save the draft" }).click();
  await dana.waitForURL(/\/procedures\/PR-\d+\/versions\/1$/);
  written = /PR-\d+/.exec(dana.url())[0];
  await dana.getByRole("button", { name: "Submit for review" }).click();
  await dana.locator(".flash").getByText("Submitted.").waitFor();
  await sam.goto(`/procedures/${written}/versions/1`);
  await sam.getByRole("button", { name: "Approve version 1" }).click();
  await sam.locator(".flash").getByText("Version 1 is in use").waitFor();
  await sam.getByText("No schedule. Orders are made by hand.").waitFor();
  await sam.getByRole("link", { name: "New schedule" }).click();
  await sam.waitForURL(`**/schedules/new?procedure=${written}`);
  await sam.getByLabel("Of", { exact: true }).selectOption("days");
  await sam.getByLabel("First day").fill(today());
  await sam.getByLabel("At (a time of that day)").fill("00:00");
  await sam.getByLabel("In the time zone").selectOption("UTC");
  await sam.getByLabel("Every", { exact: true }).fill("0");
  await sam.getByRole("button", { name: "Preview the days" }).click();
  await sam.getByRole("alert").first().waitFor();
  await sam.getByLabel("Every", { exact: true }).fill("7");
  await sam.getByRole("button", { name: "Preview the days" }).click();
  await sam.getByText("The days as it would be").waitFor();
  assert.equal(await sam.locator("#preview li").count(), 5);
  await look(sam, "schedule-write");
  for (const width of [390, 1280]) {
    await sam.setViewportSize({ width, height: 844 });
    const size = (selector) => sam.locator(selector).evaluate((it) => it.getBoundingClientRect().toJSON());
    assert.ok((await size("#month_day")).width > 100, `the day of the month is read at ${width}`);
    assert.ok((await size("input[name=approve]")).width >= 18, `the last box is a box at ${width}`);
    assert.ok((await size("label:has(input[name=approve])")).height >= (width < 720 ? 44 : 24));
  }
  await sam.getByRole("button", { name: "Set it up" }).click();
  await sam.waitForURL(/\/schedules\/SC-\d+$/);
  schedule = /SC-\d+/.exec(sam.url())[0];
});

test("its order is made by itself within a minute or two, and waits for its approval", async () => {
  const link = sam.locator("#orders a").first();
  for (;;) {
    await sam.goto(`/schedules/${schedule}`);
    if (await link.count()) break;
    await sam.waitForTimeout(2_000);
  }
  number = (await link.textContent()).trim();
  await sam.getByText("not touched").waitFor();
  await look(sam, "schedule-made");
  await sam.goto(`/work-orders/${number}`);
  await sam.getByRole("link", { name: new RegExp(`${schedule} for ${today().slice(0, 4)}`) }).waitFor();
  await look(sam, "order-by-schedule");
});

test("it is approved, done, and stands in the history of its procedure", async () => {
  await sam.goto(`/work-orders/${number}/move/approved`);
  await sam.getByLabel(/mail/i).fill(person.sam.email);
  await sam.getByLabel(/password/i).fill(person.sam.password);
  await sam.locator("form button.primary").first().click();
  await sam.waitForURL(new RegExp(`/work-orders/${number}`));
  await sam.getByText("Approved").first().waitFor();
  await sam.goto(`/procedures/${written}#orders`);
  await sam.locator("#orders").getByText(number).waitFor();
  await sam.locator("#orders").getByText("made by").waitFor();
  await look(sam, "procedure-with-schedule");
});

test("it is paused and runs again without scripts", async () => {
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: await sam.context().storageState() });
  await plain.goto(`/schedules/${schedule}`);
  await plain.getByText("Pause", { exact: true }).click();
  await plain.getByLabel("Why it is paused").fill("the press is away");
  await plain.getByRole("button", { name: "Pause it" }).click();
  await plain.locator(".flash").getByText("Paused").waitFor();
  await plain.getByLabel("Why it runs again").fill("the press is back");
  await plain.getByRole("button", { name: "Run again" }).click();
  await plain.locator(".flash").getByText("It runs again").waitFor();
  assert.deepEqual(heard.flat(), []);
});
