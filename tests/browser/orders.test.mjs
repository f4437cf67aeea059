// What a supervisor does with whole orders: drags parts of a plan, splits it, pins places on a photo, hands work over.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { OWNER, ROOT, demoPerson, invite, newPage, open, setPassword, signIn } from "./product.mjs";

const DEMO_ORDER = "WO-2026-014";
const PLAN = "## Isolate\n- [ ] Close valve 7\n- [ ] Pressure is zero\n\n## Swap\n- [ ] Seal swapped\n";
let product, page, heard, number;

before(async () => {
  product = await open("--demo");
  page = await signIn(product, demoPerson(product, "supervisor"));
  heard = complaints(page);
});
after(() => product?.close());

/** What the parts say, from top to bottom. */
const texts = () => page.locator(".block [name=text]").evaluateAll((all) => all.map((it) => it.value).slice(0, 5));
const block = (words) => page.locator(".block").filter({ has: page.locator("[name=was]", { hasText: new RegExp(`^\\s*${words}\\s*$`) }) });

/** Drags a part by its handle over another, to its upper or lower half. */
const drag = async (what, to, half) => {
  const grip = block(what).locator(".grip");
  await grip.scrollIntoViewIfNeeded();
  const [from, over] = [await grip.boundingBox(), await block(to).boundingBox()];
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(over.x + 200, over.y + over.height * half, { steps: 5 });
};

test("a part of a plan is dragged to its place; Escape and the place it has leave it where it is", async () => {
  await page.goto("/work-orders/new");
  await page.getByLabel("Title").fill("Swap the seal");
  await page.getByLabel("Type").fill("Repair");
  await page.getByLabel("What is to be done").fill(PLAN);
  await page.getByRole("button", { name: "Write the draft" }).click();
  await page.waitForURL(/\/edit$/);
  number = /WO-[0-9-]+/.exec(page.url())[0];
  const before = ["Isolate", "Close valve 7", "Pressure is zero", "Swap", "Seal swapped"];
  assert.deepEqual(await texts(), before);
  await look(page, "edit");
  await drag("Seal swapped", "Close valve 7", 0.2);
  assert.match(await block("Close valve 7").getAttribute("class"), /drop-before/);
  await page.keyboard.press("Escape");
  await page.mouse.up();
  assert.equal(await page.locator("#said").textContent(), "It stays where it is.");
  assert.deepEqual(await texts(), before);
  await drag("Seal swapped", "Close valve 7", 0.2);
  await page.screenshot({ path: join(ROOT, "target/screenshots/edit-dragging.png") });
  await page.mouse.up();
  await page.locator(".flash").getByText("Saved.").waitFor();
  assert.deepEqual(await texts(), ["Isolate", "Seal swapped", "Close valve 7", "Pressure is zero", "Swap"]);
  await drag("Swap", "Isolate", 0.2);
  await page.mouse.up();
  await page.waitForFunction(() => document.querySelector(".block [name=text]").value === "Swap");
  await page.waitForFunction(() => document.querySelector("#said").textContent === "Saved.");
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: await page.context().storageState() });
  await plain.goto(`/work-orders/${number}/edit`);
  assert.equal(await plain.locator(".grip:visible").count(), 0, "no handle where nothing drags");
  assert.ok((await plain.getByRole("button", { name: /^Move up/ }).count()) > 3);
});

test("on a phone each step of the plan is a line, and the one that is worked on stays open, with scripts and without", async () => {
  const storageState = await page.context().storageState();
  const viewport = { width: 390, height: 844 };
  const phone = await newPage(product, { storageState });
  const complained = complaints(phone);
  await phone.goto("/work-orders/new");
  await phone.getByLabel("Title").fill("Swap the other seal");
  await phone.getByLabel("What is to be done").fill(PLAN);
  await phone.getByRole("button", { name: "Write the draft" }).click();
  await phone.waitForURL(/\/edit$/);
  const edit = new URL(phone.url()).pathname;
  await phone.setViewportSize(viewport);
  const line = (on, at) => on.locator("#plan .plan-fold > summary").nth(at);
  const open = (on) => on.locator("#plan .plan-fold").evaluateAll((all) => all.map((it) => it.open));
  const field = (on, words) => on.locator(".block textarea[name=text]").filter({ hasText: words });
  assert.match(await line(phone, 0).innerText(), /Step 1\s+Isolate\s+2 items/);
  assert.match(await line(phone, 1).innerText(), /Step 2\s+Swap\s+1 item/);
  assert.equal(await phone.locator(".block:visible").count(), 0);
  await line(phone, 1).click();
  await field(phone, "Seal swapped").fill("Seal swapped and greased");
  await field(phone, "Seal swapped").blur();
  await phone.locator(".flash").getByText("Saved.").waitFor();
  assert.deepEqual((await open(phone)).slice(0, 2), [false, true]);
  assert.ok(await field(phone, "Seal swapped").isVisible());
  // A new item comes into the last step, which is unfolded for it.
  await phone.goto(edit);
  await phone.locator("#add [name=text]").fill("Torque noted");
  await phone.locator("#add").getByRole("button", { name: "Add", exact: true }).click();
  await field(phone, "Torque noted").waitFor();
  const plain = await newPage(product, { viewport, storageState, javaScriptEnabled: false });
  await plain.goto(edit);
  assert.equal(await plain.locator(".block:visible").count(), 0);
  await line(plain, 0).click();
  await field(plain, "Close valve 7").fill("Close valve 8");
  await plain.locator(".block", { has: plain.locator("textarea", { hasText: "Close valve 7" }) }).getByRole("button", { name: "Save" }).click();
  await plain.waitForURL(/#block-/);
  await field(plain, "Close valve 8").waitFor();
  assert.deepEqual(complained, []);
  await phone.setViewportSize({ width: 1360, height: 900 });
  assert.ok((await phone.locator(".block:visible").count()) > 5, "on a desk all of it stands open");
});

test("an order is split with boxes and one button", async () => {
  await page.goto(`/work-orders/${number}`);
  await page.getByRole("link", { name: "Split…" }).first().click();
  await page.waitForURL(/\/split$/);
  await page.getByLabel(/Isolate/).check();
  await look(page, "split-form");
  await page.getByRole("button", { name: "Move the chosen steps" }).click();
  await page.locator(".flash").getByText(/is written as a draft/).waitFor();
  await page.goto(`/work-orders/${number}`);
  await page.getByText("Split to").first().waitFor();
});

test("a press on a photo says where a pin goes, and its number stands there", async () => {
  const photo = await page.screenshot({ clip: { x: 0, y: 0, width: 600, height: 400 } });
  await page.goto(`/work-orders/${DEMO_ORDER}/files/new`);
  await page.getByLabel("or choose files").setInputFiles({ name: "desk.png", mimeType: "image/png", buffer: photo });
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.locator(".flash").getByText("The file is kept").waitFor();
  await page.evaluate(() => document.querySelectorAll("#main details").forEach((it) => it.setAttribute("open", "")));
  await page.getByRole("link", { name: "Pins on desk.png" }).click();
  await page.waitForURL(/\/pins$/);
  const picture = page.locator(".pinned");
  const { width, height } = await picture.boundingBox();
  for (const [x, y, words] of [[0.25, 0.5, "Hairline crack"], [0.75, 0.1, "Oil"]]) {
    await picture.click({ position: { x: width * x, y: height * y } });
    assert.ok(Math.abs(Number(await page.getByLabel("From the left").inputValue()) - x * 100) < 1);
    await page.getByLabel("What is to be seen there").fill(words);
    await page.getByRole("button", { name: "Pin it" }).click();
    await page.locator(".pins").getByText(words).waitFor();
  }
  const mark = await page.locator(".pinned circle").first().boundingBox();
  const frame = await picture.boundingBox();
  assert.ok(Math.abs(mark.x + mark.width / 2 - frame.x - frame.width / 4) < 6, "over the place that was pressed");
  await look(page, "pins");
  await page.goto(`/work-orders/${DEMO_ORDER}/print`);
  await page.locator(".pinned text").getByText("2").waitFor();
  await look(page, "print-with-pins");
});

test("whoever asks for work writes no plan, and sends it in one press", async () => {
  const owner = await signIn(product, OWNER);
  const link = await invite(owner, { name: "Rita Moss", email: "rita@example.org", role: "requester" });
  const requester = await newPage(product);
  await requester.goto(link);
  await setPassword(requester, "a-third-horse-and-its-staple");
  await requester.goto("/work-orders/new");
  await look(requester, "ask-for-work");
  await requester.getByLabel("What is wrong, or what do you need?").fill("The gate sticks");
  await requester.getByLabel("How urgent is it?").selectOption({ label: "It holds up work" });
  await requester.getByRole("button", { name: "Ask for this work" }).click();
  await requester.locator(".flash").getByText(/is sent for approval/).waitFor();
  await requester.goto("/");
  await requester.getByRole("link", { name: "The gate sticks" }).waitFor();
  await look(requester, "home-requester");
});

test("what somebody leaves behind is handed over, order by order", async () => {
  const owner = await signIn(product, OWNER);
  await owner.goto("/people");
  await owner.getByRole("link", { name: "Orders of Dana Okafor" }).click();
  await owner.waitForURL(/\/orders$/);
  await look(owner, "handing-over");
  await owner.goto("/people");
  await owner.locator("summary[aria-label='Disable Dana Okafor…']").click();
  await owner.getByText("Their open orders stay theirs until they are handed over.").locator("visible=true").waitFor();
  await owner.getByRole("button", { name: "Disable Dana Okafor" }).click();
  await owner.waitForURL(/\/orders$/);
  await owner.locator(".flash").getByText("The account is disabled").waitFor();
  await page.goto("/");
  await page.getByText("Needs somebody").first().waitFor();
  await look(page, "home-somebody-left");
  await page.getByRole("link", { name: /^Hand over/ }).first().click();
  await page.waitForURL(/\/orders$/);
  await page.getByLabel("To", { exact: true }).selectOption({ index: 1 });
  await page.getByLabel("Why").fill("Dana has left us");
  await page.getByRole("button", { name: "Hand over" }).click();
  await page.locator(".flash").getByText("Handed over:").waitFor();
  await page.getByText("No open order is theirs").waitFor();
  await look(page, "handed-over");
  assert.deepEqual(heard, []);
});
