// A work order's whole way, as people go it: by the links and buttons of the pages alone, each person in a browser of their own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints } from "./look.mjs";
import { OWNER, eventually, invite, newPage, open, setPassword, sign, signIn } from "./product.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const DESK = { viewport: { width: 1280, height: 900 } };
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVQIHWNgAAAAAgABz8g15QAAAABJRU5ErkJggg==", "base64");
const PEOPLE = {
  author: { name: "Ines Author", email: "ines@example.org", role: "supervisor" },
  approver: { name: "Paul Approver", email: "paul@example.org", role: "supervisor" },
  technician: { name: "Tilda Tech", email: "tilda@example.org", role: "technician" },
  auditor: { name: "Ada Auditor", email: "ada@example.org", role: "auditor" },
};
let product, owner;

before(async () => {
  product = await open();
});
after(() => product?.close());

// How people get about: a finger or a mouse, and only on what is seen.

const press = async (page, place) => {
  const seen = place.filter({ visible: true }).first();
  await (page.isTouch ? seen.tap() : seen.click());
};
const button = (page, name) => page.locator("main").getByRole("button", { name });
const link = (page, name) => page.locator("main").getByRole("link", { name });
const flash = (page, words) => page.locator(".flash", { hasText: words }).first().waitFor();
const row = (page, words) => page.locator("li.item", { hasText: words });

async function home(page) {
  await press(page, page.locator("header .brand"));
  await page.waitForURL((address) => address.pathname === "/");
  await page.getByRole("heading", { level: 1, name: /^(Hello|Today), / }).waitFor();
}

/** A section by the navigation: beside the brand on a desk, in the menu on a phone. */
async function section(page, name) {
  const beside = page.locator("nav.sections").getByRole("link", { name, exact: true });
  if (!(await beside.isVisible())) await press(page, page.locator("#account-menu > summary"));
  await press(page, page.locator("header").getByRole("link", { name, exact: true }));
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** Presses what leads to the order's page, and waits until it is there. */
async function toOrder(page, place) {
  const before = new URL(page.url()).pathname;
  await press(page, place);
  await page.waitForURL(({ pathname }) => pathname !== before && /\/WO-[\d-]+$/.test(pathname));
  await page.locator("#top h1").waitFor();
  return /WO-[\d-]+/.exec(page.url())[0];
}

/** What stands around the work is folded on a phone. */
async function about(page) {
  const fold = page.locator("#about > summary");
  if ((await fold.isVisible()) && !(await page.locator("#about").evaluate((it) => it.open))) await press(page, fold);
}

/** Someone's page on this device. */
async function person(who, device) {
  const page = await signIn(product, PEOPLE[who] ?? who, device);
  page.isTouch = Boolean(device.hasTouch);
  page.who = PEOPLE[who] ?? who;
  return page;
}

/** A move that is signed, from the order's page and back to it. */
async function signed(page, verb, fill = async () => {}) {
  await press(page, link(page, new RegExp(`^${verb}`)));
  await page.waitForURL(/\/move\//);
  await fill();
  await sign(page, page.who);
  await page.waitForURL(/\/work-orders\/WO-[\d-]+(#.*)?$/);
}

const isInState = (page, word) => page.locator("#top, #order-line").locator(".chip", { hasText: word }).first().waitFor({ state: "attached" });

// The steps of the way, each by the one whose it is.

/** Writes an order from nothing and gives it to the technician; its number. */
async function written(author, { title, checklist, criteria, asks = {}, limits }) {
  await home(author);
  await press(author, link(author, "Write a work order"));
  await author.waitForURL(/\/new$/);
  await author.getByLabel("Title").fill(title);
  await author.getByLabel("Type").fill("Inspection");
  await author.getByLabel(/^What is to be done/).fill(checklist);
  await author.getByLabel(/^It is done when/).fill(criteria);
  await press(author, button(author, "Write the draft"));
  await author.waitForURL(/\/edit/);
  const block = (words) => author.locator("li.block", { has: author.locator("[name=text]", { hasText: words }) });
  for (const [words, kind] of Object.entries(asks)) {
    // On a phone a step is a line until it is pressed.
    if (!(await block(words).isVisible())) await author.locator(".plan-fold", { has: block(words) }).locator("> summary").click();
    await block(words).getByLabel("Answered by").selectOption(kind);
    await flash(author, "Saved.");
    if (kind !== "number") continue;
    // As fast as one types: each field is sent as it is left, and what is typed and pressed meanwhile waits for it.
    for (const [field, value] of Object.entries(limits)) await block(words).getByLabel(field, { exact: true }).fill(value);
  }
  const number = await toOrder(author, author.locator("main").getByRole("link", { name: "Done", exact: true }));
  if (limits) await author.getByText(`A number: ${limits.From} to ${limits.to} ${limits.Unit}`).first().waitFor({ state: "attached" });
  await about(author);
  await author.getByLabel("Assigned to").selectOption({ label: await author.locator("#account option", { hasText: PEOPLE.technician.name }).textContent() });
  await press(author, author.getByRole("button", { name: "Assign", exact: true }));
  await flash(author, /Assigned/);
  return number;
}

const WAITS = { approve: "Read and approve", close: "Read and close" };

/** From one's home to what waits for one's decision. */
async function decide(page, verb, title) {
  await home(page);
  const wait = page.locator(".waits > li", { hasText: title });
  return toOrder(page, wait.getByRole("link", { name: WAITS[verb] }));
}

/** Every claim of the order that waits, until the desk leads on to verifying it. */
async function judged(auditor, title) {
  await home(auditor);
  await press(auditor, link(auditor, "Judge the next claim"));
  await auditor.waitForURL(/\/claims\//);
  for (;;) {
    const here = new URL(auditor.url()).pathname;
    await auditor.getByRole("radio", { name: /not enough/i }).check();
    await auditor.getByLabel("Why is it not enough?").selectOption({ label: "No evidence is linked" });
    await press(auditor, button(auditor, /^Sign/));
    await auditor.waitForURL((address) => address.pathname !== here);
    await flash(auditor, "Signed.");
    if (!auditor.url().includes("/claims/")) break;
  }
  await toOrder(auditor, link(auditor, new RegExp(title)));
}

test("the owner lets inspections be approved by another, and invites four people, who choose their passwords", async () => {
  owner = await person(OWNER, DESK);
  await press(owner, owner.locator("#account-menu > summary"));
  await press(owner, owner.getByRole("link", { name: "Rules of work orders" }));
  await owner.waitForURL(/\/policies$/);
  await press(owner, link(owner, "Inspection"));
  await owner.getByLabel(/Controlled/).check();
  await press(owner, button(owner, "Let these rules hold"));
  await flash(owner, /rules hold/);
  for (const who of Object.values(PEOPLE)) {
    who.password = `${who.role}-horse-battery-staple`;
    const theirs = await newPage(product);
    await theirs.goto(await invite(owner, who)); // the link that the owner sends them
    await setPassword(theirs, who.password);
    await theirs.context().close();
  }
});

for (const [size, device] of Object.entries({ phone: PHONE, desk: DESK })) {
  test(`an order goes from nothing to closed on a ${size}, with a stretch of work without a network`, async () => {
    const title = `Check the cold store by ${size}`;
    const author = await person("author", device);
    const heard = complaints(author);
    await written(author, {
      title,
      checklist: "## Look\n- [ ] Read the notice at the door\n- [ ] Temperature of the room\n\n## Write it down\n- [ ] Photo of the display\n- [ ] Close the door\n",
      criteria: "The room is cold enough",
      asks: { "Photo of the display": "photo", "Temperature of the room": "number" },
      limits: { Unit: "°C", From: "2", to: "6" },
    });
    await press(author, button(author, "Submit for approval"));
    await flash(author, /is now submitted. A supervisor approves it next/);
    await about(author);
    await author.getByText(/its author, or an account that counts as one with them, cannot approve it/).filter({ visible: true }).first().waitFor();

    const approver = await person("approver", device);
    const number = await decide(approver, "approve", title);
    await approver.getByText("A number: 2 to 6 °C").filter({ visible: true }).first().waitFor(); // what is signed is seen
    await signed(approver, "Approve and sign");
    await flash(approver, /is now approved/);

    const technician = await person("technician", device);
    await technician.getByRole("heading", { name: /^Today, / }).waitFor();
    await toOrder(technician, technician.locator(".work-card", { hasText: title }).locator("a.button"));
    await workedOffline(technician, number);

    await press(technician, technician.locator("#bottom-bar, #top").getByRole("link", { name: "Complete and sign" }));
    await technician.waitForURL(/\/move\/completed$/);
    await technician.getByText("The room is cold enough").first().waitFor();
    await press(technician, link(technician, "Look")); // the criterion that nobody marked as met
    await press(technician, button(technician, "Tick: The room is cold enough"));
    await button(technician, "Undo: The room is cold enough").waitFor();
    await signed(technician, "Complete and sign", async () => {
      await technician.locator('input[value="achieved"]').check();
      await technician.getByLabel(/What was done/).fill("Looked, and measured.");
    });
    await flash(technician, /is now completed. An auditor verifies it next/);

    const auditor = await person("auditor", device);
    await judged(auditor, title);
    await signed(auditor, "Verify and sign");
    await flash(auditor, /is now verified/);

    await decide(approver, "close", title);
    await signed(approver, "Close and sign");
    await flash(approver, /is now closed/);
    await isInState(approver, "Closed");
    await about(approver);
    await press(approver, link(approver, "Print"));
    await approver.waitForURL(/\/print$/);
    for (const [meaning, who] of [["Approval", "approver"], ["Performed", "technician"], ["Reviewed", "auditor"], ["Approved", "approver"]]) {
      await approver.getByText(new RegExp(`${meaning}: ${PEOPLE[who].name}`)).first().waitFor();
    }
    await approver.getByText("4.5 °C").first().waitFor();
    assert.deepEqual(heard, []);
    for (const page of [author, approver, technician, auditor]) await page.context().close();
  });
}

/** The four items of the order without a network, all shown as waiting; then all of it is sent. */
async function workedOffline(page, number) {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await press(page, button(page, "Tick: Read the notice at the door")); // the first tick starts it
  await button(page, "Undo: Read the notice at the door").waitFor();
  const badge = page.locator("#waiting-badge");
  const waiting = (count) => badge.getByText(`${count} waiting to be sent`).waitFor();
  await page.context().setOffline(true);
  await page.locator("#offline-order").getByText(/No network/).waitFor();
  const temperature = row(page, "Temperature of the room");
  // What lies outside the limits is seen before anything is sent, and taken back.
  await temperature.getByRole("textbox").fill("6,01");
  await temperature.getByRole("textbox").press("Enter");
  await waiting(1);
  await temperature.getByText("6,01 °C, out of range").waitFor();
  await press(page, temperature.getByRole("button", { name: /^Undo/ }));
  await waiting(2);
  await temperature.getByRole("textbox").fill("4,5");
  await temperature.getByRole("textbox").press("Enter");
  await waiting(3);
  await temperature.getByText("4,5 °C", { exact: true }).waitFor();
  const step = page.locator("details.step", { hasText: "Write it down" });
  if (!(await step.evaluate((it) => it.open))) await press(page, step.locator("summary h2"));
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), press(page, row(page, "Photo of the display").getByRole("link", { name: /^Photo/ }))]);
  await chooser.setFiles({ name: "display.png", mimeType: "image/png", buffer: PNG });
  await waiting(4);
  await press(page, button(page, "Tick: Close the door"));
  await waiting(5);
  await about(page);
  await press(page, page.locator("#add-log > summary"));
  await page.getByLabel("What happened, line by line").fill("The seal of the door is worn");
  await press(page, button(page, "Log it"));
  await waiting(6);
  await page.locator("#log").getByText("The seal of the door is worn").waitFor();
  for (const words of ["Temperature of the room", "Photo of the display", "Close the door"]) await row(page, words).getByText("waiting", { exact: true }).waitFor();

  await page.context().setOffline(false);
  await press(page, badge); // while it is sent, the page of what waits is looked at
  await page.getByRole("heading", { name: "Waiting to be sent" }).waitFor();
  await eventually(product, async () => (await page.evaluate(() => window.offline.total())) === 0);
  await page.getByRole("heading", { name: "Sent in the last day" }).waitFor();
  await page.locator("#main li", { hasText: number }).getByText("The seal of the door is worn").waitFor();
  await badge.waitFor({ state: "hidden" });
  await toOrder(page, link(page, new RegExp(number)));
  await page.getByText("4.5 °C").first().waitFor({ state: "attached" });
}

for (const [size, device] of Object.entries({ phone: PHONE, desk: DESK })) {
  test(`what fails is gone on with in a follow-up order, and both are closed, on a ${size}`, async () => {
    const [author, approver, technician, auditor] = [await person("author", device), await person("approver", device), await person("technician", device), await person("auditor", device)];
    const title = `Look at the pump by ${size}`;
    const seal = `Seal of the ${size} is dry`;
    await written(author, { title, checklist: `## Pump\n- [ ] ${seal}\n- [ ] Cover is on\n`, criteria: "The pump may run", asks: { [seal]: "inspection" } });
    await press(author, button(author, "Submit for approval"));
    await flash(author, /is now submitted/);
    const first = await decide(approver, "approve", title);
    await signed(approver, "Approve and sign");

    await home(technician);
    await toOrder(technician, technician.locator(".work-card", { hasText: title }).locator("a.button"));
    await press(technician, button(technician, `Fail: ${seal}`));
    await press(technician, link(technician, new RegExp(`follow-up order: ${seal}`, "i")));
    await technician.getByText(`For 1.1 ${seal}: Fail`).waitFor();
    const followUp = await technician.getByLabel("Title").inputValue();
    await press(technician, button(technician, "Write the follow-up order"));
    await flash(technician, /is written as a draft for what was left here/);
    await press(technician, button(technician, "Tick: Cover is on"));
    await button(technician, "Undo: Cover is on").waitFor();
    await signed(technician, "Complete and sign", () => technician.locator('input[value="partial"]').check());
    await flash(technician, /is now completed/);
    if (await technician.locator("details.run > summary").isVisible()) await press(technician, technician.locator("details.run > summary"));
    const second = await toOrder(technician, link(technician, /Followed up by/));
    assert.notEqual(first, second);
    await press(technician, button(technician, "Submit for approval"));
    await flash(technician, /is now submitted/);

    await decide(approver, "approve", followUp);
    await about(approver);
    await approver.getByLabel("Assigned to").selectOption({ label: await approver.locator("#account option", { hasText: PEOPLE.technician.name }).textContent() });
    await press(approver, approver.getByRole("button", { name: "Assign", exact: true }));
    await flash(approver, /Assigned/);
    await signed(approver, "Approve and sign");
    await home(technician);
    await toOrder(technician, technician.locator(".work-card", { hasText: followUp }).locator("a.button"));
    await press(technician, button(technician, new RegExp(`: ${seal}$`)));
    await flash(technician, /./);
    await signed(technician, "Complete and sign", () => technician.locator('input[value="partial"]').check());
    await flash(technician, /is now completed/);

    await judged(auditor, title);
    await signed(auditor, "Verify and sign");
    await section(auditor, "Review");
    await toOrder(auditor, link(auditor, new RegExp(followUp)));
    await signed(auditor, "Verify and sign");
    for (const of of [title, followUp]) {
      await decide(approver, "close", of);
      await signed(approver, "Close and sign");
      await isInState(approver, "Closed");
    }
    for (const page of [author, approver, technician, auditor]) await page.context().close();
  });
}

test("without scripts an order goes from nothing to closed", async () => {
  const plain = { ...DESK, javaScriptEnabled: false };
  const [author, approver, technician, auditor] = [await person("author", plain), await person("approver", plain), await person("technician", plain), await person("auditor", plain)];
  const title = "Check the warm store";
  await written(author, { title, checklist: "## Look\n- [ ] Read the notice\n- [ ] Take the key\n", criteria: "The key is back" });
  await press(author, button(author, "Submit for approval"));
  await flash(author, /is now submitted/);
  await decide(approver, "approve", title);
  await signed(approver, "Approve and sign");
  await home(technician);
  await toOrder(technician, technician.locator(".work-card", { hasText: title }).locator("a.button"));
  for (const words of ["Read the notice", "Take the key", "The key is back"]) await press(technician, button(technician, `Tick: ${words}`));
  await signed(technician, "Complete and sign", () => technician.locator('input[value="achieved"]').check());
  await judged(auditor, title);
  await signed(auditor, "Verify and sign");
  await decide(approver, "close", title);
  await signed(approver, "Close and sign");
  await isInState(approver, "Closed");
});

// By the keyboard alone.

/** What a keyboard must reach: everything that is seen and can be pressed or filled in, in the order of the page. */
const REACHED = "a[href], button, input, select, textarea, summary";
const expected = (page) =>
  page.evaluate((reached) => {
    const isOff = (it) => it.matches(":disabled, [type=hidden], [tabindex='-1']") || !it.checkVisibility({ visibilityProperty: true });
    const isOfGroup = (it) => it.matches("[type=radio]:not(:checked)") && document.querySelector(`[type=radio][name="${it.name}"]:checked`);
    window.walk = [...document.querySelectorAll(reached)].filter((it) => !isOff(it) && !isOfGroup(it));
    return window.walk.length;
  }, REACHED);

/** Tabs once through the whole page from its top; fails at what is left out, out of order, not seen to have the focus, or a trap. */
async function walked(page) {
  const all = await expected(page);
  await page.evaluate(() => {
    document.activeElement?.blur?.();
    scrollTo(0, 0);
    getSelection().removeAllRanges();
    document.body.tabIndex = -1; // so that the walk begins at the top, wherever the last click was
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  const met = [];
  while (met.length < all) {
    const before = await page.evaluateHandle(() => document.activeElement);
    await page.keyboard.press("Tab");
    // A day has a stop for each of its parts.
    if (await before.evaluate((it) => it.type === "date" && it === document.activeElement)) continue;
    met.push(await page.evaluate(() => {
      const it = document.activeElement;
      const style = getComputedStyle(it);
      const words = (it.getAttribute("aria-label") || it.name || it.textContent || it.id).trim().slice(0, 60);
      return { place: window.walk.indexOf(it), words: `${it.localName} ${words}`, isSeen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
    }));
  }
  assert.deepEqual(met.map(({ place, words }) => (place < 0 ? words : place)), [...Array(all).keys()], met.map(({ words }, at) => `${at} ${words}`).join("\n"));
  assert.deepEqual(met.filter(({ isSeen }) => !isSeen).map(({ words }) => words), [], "the focus is seen");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => window.walk.includes(document.activeElement) && document.activeElement !== window.walk[0]), false, "it leads out");
}

/** Where the focus is: the part of the plan it is in, and the name of the field or the words of the button. */
const focus = (page) =>
  page.evaluate(() => {
    const it = document.activeElement;
    const part = it.closest("li.block")?.querySelector("[name=text]").value ?? "";
    return [part, it.name && !it.matches("button") ? it.name : it.textContent.trim()].filter(Boolean).join(": ");
  });
/** The focus is there, and stays: the answer of a save comes later than the key. */
async function focusIs(page, wanted, where) {
  await eventually(product, async () => (await focus(page)) === wanted).catch(async () => assert.equal(await focus(page), wanted, where));
}
/** Does something that saves, and waits for the page that follows. */
async function saving(page, act) {
  const saved = page.waitForResponse((it) => it.request().method() === "POST" && it.url().endsWith("/plan"));
  await page.evaluate(() => {
    window.isShown = false;
    document.addEventListener("htmx:after:swap", () => setTimeout(() => (window.isShown = true)), { once: true });
  });
  await act();
  await saved;
  await page.waitForFunction(() => window.isShown);
}

test("the plan is written by the keyboard alone: all of it is reached, nothing traps, and each act leaves the focus where one goes on", async () => {
  const page = await person("author", DESK);
  const heard = complaints(page);
  await press(page, link(page, "Write a work order"));
  await page.getByLabel("Title").fill("Walk the line");
  await page.getByLabel("Type").fill("Inspection");
  await page.getByLabel(/^What is to be done/).fill("## Look\n- [ ] Read the gauge\n- [ ] Take the key\n");
  await press(page, button(page, "Write the draft"));
  await page.waitForURL(/\/edit/);
  await walked(page);

  const field = (words, name) => page.locator("li.block", { has: page.locator("[name=text]", { hasText: words }) }).locator(name);
  const keys = async (...all) => { for (const key of all) await page.keyboard.press(key); };
  await field("Read the gauge", "[name=asks]").focus();
  await saving(page, () => keys("A")); // from "A tick" on to "A number"
  await field("Read the gauge", "[name=least]").waitFor();
  await focusIs(page, "Read the gauge: asks");
  await keys("Tab");
  await focusIs(page, "Read the gauge: unit");
  await page.keyboard.type("bar");
  await saving(page, () => keys("Tab"));
  await focusIs(page, "Read the gauge: least");
  await page.keyboard.type("2");
  await saving(page, () => keys("Tab"));
  await focusIs(page, "Read the gauge: most");
  await field("Read the gauge", "[name=optional]").focus();
  await saving(page, () => keys("Space"));
  await focusIs(page, "Read the gauge: optional");
  await field("Read the gauge", "summary").focus();
  await keys("Enter", "Tab");
  await focusIs(page, "Read the gauge: blocking");
  await field("Take the key", "button[value=up]").focus();
  await saving(page, () => keys("Enter"));
  await focusIs(page, "Take the key: ↑");
  await saving(page, () => keys("Tab", "Enter"));
  await focusIs(page, "Take the key: ↓");
  await page.locator("#add [name=text]").focus();
  await page.keyboard.type("Lock the door");
  await saving(page, () => keys("Tab", "Enter"));
  await focusIs(page, "text", "one goes on with the next");
  assert.equal(await page.locator("#add [name=text]").inputValue(), "");
  await field("Take the key", "button[value=below]").focus();
  await keys("Enter");
  await page.waitForURL(/add=/);
  await focusIs(page, "text");
  await page.keyboard.type("Give the key back");
  await saving(page, () => keys("Tab", "Enter"));
  await field("Give the key back", "[name=asks]").waitFor();
  await field("Lock the door", "button[value=remove]").focus();
  await saving(page, () => keys("Enter"));
  assert.equal(await page.evaluate(() => Boolean(document.activeElement.closest("main *"))), true, "the focus is beside what was removed");
  await walked(page);
  assert.deepEqual(heard, []);
});

test("what a pasted text becomes is gone through by the keyboard alone", async () => {
  const page = await person("author", DESK);
  await press(page, link(page, "Import a work order"));
  await page.getByLabel("Markdown").fill("# Round\n\nSome words.\n\n## Hall\n\n- [x] Lamp\n- [ ] Door\n");
  await press(page, button(page, "Look what it becomes"));
  await page.waitForURL(/\/preview$/);
  await walked(page);
  const becomes = page.getByLabel("Line 7 becomes");
  await becomes.focus();
  await page.keyboard.press("C"); // from "Item to tick" on to "Criterion"
  assert.equal(await becomes.inputValue(), "criterion");
  assert.equal(await becomes.evaluate((it) => it === document.activeElement), true, "the focus stays at the line");
  await button(page, "Apply").last().focus();
  await page.keyboard.press("Enter");
  await page.getByText(/2 criteria/).first().waitFor();
  assert.equal(await page.evaluate(() => Boolean(document.activeElement.closest("main"))), true, "the focus is on the page");
  await button(page, "Create the draft order").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/work-orders\/WO-/);
  await page.locator("#top h1", { hasText: "Round" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
});
