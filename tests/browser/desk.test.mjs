// The claim desk as an auditor works at it: by mouse, by keyboard, blind, on a phone, and without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, open, signIn, unfold } from "./product.mjs";

const DEMO_ORDER = "WO-2026-014";
let product, page, heard;

before(async () => {
  product = await open("--demo");
  page = await signIn(product, demoPerson(product, "auditor"));
  heard = complaints(page);
});
after(() => product?.close());

/** Opens a claim from the queue by its words. */
async function claim(on, words, list = "/review?standing=any") {
  await on.goto(list);
  await on.locator("main .list").getByRole("link", { name: words }).first().click();
  await on.waitForURL(/\/claims\//);
}

const quotes = () => page.locator("[data-quotes] li q").allTextContents();

test("a claim that nothing is linked to says so, reads well, and folds what is linked elsewhere", async () => {
  await claim(page, "Configure the assistant");
  await page.getByText("Nothing is linked to this step").waitFor();
  assert.equal(await page.locator("[data-body]").count(), 0);
  assert.equal(await page.getByText(/linked to item 3\.3/).isVisible(), false);
  await page.getByText("Elsewhere in this order").click();
  await page.getByText(/linked to item 3\.3/).waitFor();
  await look(page, "claim-without-evidence");
});

test("a triple click quotes a paragraph, a second selection is a second quote, and both stay when another span is opened", async () => {
  await claim(page, "The stock figure was read from shelf B2", "/review?standing=weightless");
  const body = page.locator("[data-body]").last();
  await body.click({ clickCount: 3 });
  assert.deepEqual(await quotes(), [(await body.textContent()).trim()]);
  await page.getByRole("button", { name: "Take this quote away" }).click();
  assert.deepEqual(await quotes(), []);
  const select = (from, to) =>
    body.evaluate((pre, [start, end]) => {
      document.dispatchEvent(new MouseEvent("mousedown", { detail: 1, bubbles: true }));
      const range = document.createRange();
      range.setStart(pre.firstChild, start);
      range.setEnd(pre.firstChild, end);
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
    }, [from, to]);
  await select(0, 6);
  await page.locator("[data-quotes] li").nth(0).waitFor();
  await select(7, 8);
  await page.locator("[data-quotes] li").nth(1).waitFor();
  const both = await quotes();
  assert.equal(both.length, 2);
  await page.locator("[data-quotes] .short").getByText(/single letter/).waitFor();
  await page.locator(".proof .tree a").first().click();
  await page.waitForURL(/observation=/);
  await page.locator("[data-quotes] li").nth(1).waitFor();
  assert.deepEqual(await quotes(), both);
});

// What was chosen for one claim is not said of the next.
const nothingIsChosen = () =>
  page.waitForFunction(() => {
    const form = document.querySelector("form.verdict-form");
    return !form?.querySelector("input[name=outcome]:checked") && !form?.elements.namedItem("reason").value;
  });

/** Chooses something in every field of the verdict form; every one of them could be signed with the next claim. */
async function choose() {
  const form = page.locator("form.verdict-form");
  await form.getByRole("radio", { name: /not enough/i }).check();
  await form.getByLabel("Why is it not enough?").selectOption({ index: 1 });
  await form.getByLabel("Comment").fill("Said of one claim only.");
}

/** What the form would send of it; once the claim at this address is the one that is shown. */
async function chosen() {
  await page.waitForFunction(() => document.querySelector("form.verdict-form")?.action.startsWith(location.origin + location.pathname + "/"));
  return page.locator("form.verdict-form").evaluate((form) => {
    const sent = new FormData(form);
    return ["outcome", "reason", "comment", "quote"].map((name) => sent.get(name)).filter(Boolean);
  });
}

/** Does something that leads to another claim. */
async function leave(how) {
  const before = new URL(page.url()).pathname;
  await how();
  await page.waitForURL((address) => address.pathname !== before);
}

const press = (key) => async () => {
  await page.locator("h1").click();
  await page.keyboard.press(key);
};

test("nothing that was chosen for one claim is chosen for another, whichever way leads there", async () => {
  const BETWEEN_ALIKE = "Store key and certificate in the vault";
  const ways = {
    j: press("j"),
    k: press("k"),
    x: press("x"),
    "the link": () => page.getByRole("link", { name: /^Next/ }).click(),
    "skipping after a refusal": async () => {
      await page.getByLabel("Why is it not enough?").selectOption({ index: 0 });
      await page.getByRole("button", { name: "Sign and next" }).click();
      await page.locator("#reason[aria-invalid]").waitFor();
      await page.locator(".sign").getByRole("link", { name: /^Skip/ }).click();
    },
    "signing it": () => page.getByRole("button", { name: "Sign and next" }).click(),
  };
  for (const [way, go] of Object.entries(ways)) {
    await claim(page, BETWEEN_ALIKE);
    await choose();
    assert.equal((await chosen()).length, 3, way);
    await leave(go);
    assert.deepEqual(await chosen(), [], `what is chosen after ${way}`);
  }
});

test("the address is always that of the claim that is shown, also after going back over a place on the page", async () => {
  await page.goto("/review");
  await page.goto(await page.getByRole("link", { name: "Create the project and a key pair" }).getAttribute("href"));
  const here = new URL(page.url()).pathname;
  await page.evaluate(() => (location.hash = "verdict"));
  await leave(press("j"));
  await choose();
  await page.evaluate(() => history.go(-2));
  await page.waitForURL((address) => address.pathname === here);
  assert.deepEqual(await chosen(), []);
});

test("the keyboard answers, skips, goes on and back, and its list says so", async () => {
  await claim(page, "Configure the assistant");
  const here = page.url();
  await page.keyboard.press("?");
  await page.getByText("supported, refuted, not enough information").waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await page.getByText("Still needed: why it is not enough.").waitFor();
  for (const key of ["j", "k"]) {
    const before = page.url();
    await page.locator("h1").click();
    await page.keyboard.press(key);
    await page.waitForURL((address) => String(address) !== before);
    await nothingIsChosen();
  }
  assert.equal(page.url(), here);
  await page.locator("h1").click();
  await page.keyboard.press("x");
  await page.waitForURL((address) => String(address) !== here);
});

test("judging blind hides the author until the verdict is signed, and Enter signs it", async () => {
  await page.goto("/review");
  await page.getByLabel(/blind/i).check();
  await page.waitForFunction(() => !document.querySelector("main").innerText.includes("by Dana"));
  await claim(page, "Configure the assistant", "/review");
  await page.getByText("author hidden").waitFor();
  await look(page, "claim-blind");
  const here = page.url();
  await page.keyboard.press("n");
  await page.getByLabel("Why is it not enough?").selectOption({ index: 1 });
  await page.locator("h1").click();
  await page.keyboard.press("Enter");
  await page.locator(".flash", { hasText: /Signed\..*The claim was made by Dana Okafor/ }).waitFor();
  assert.notEqual(page.url(), here);
  await nothingIsChosen();
  await page.goto(here);
  await page.getByText("by Dana Okafor", { exact: true }).waitFor();
  await page.goto("/review");
  await page.getByLabel(/blind/i).uncheck();
});

test("on a phone the bar leads to the form and goes when it is there", async () => {
  const phone = await signIn(product, demoPerson(product, "auditor"), { viewport: { width: 390, height: 844 } });
  await claim(phone, "A test question appears as one trace");
  const bar = phone.locator(".bottom-bar");
  await bar.getByText("Give your verdict").click();
  await bar.waitFor({ state: "hidden" });
});

test("on a phone the bar of an order says all of the next item, and Note opens the entry to write", async () => {
  const phone = await signIn(product, demoPerson(product, "technician"), { viewport: { width: 390, height: 844 } });
  await phone.goto(`/work-orders/${DEMO_ORDER}`);
  const bar = phone.locator(".bottom-bar");
  const cut = await bar.locator(".three-lines:visible").evaluate((words) => /\.\.\.|…/.test(words.innerText) || words.scrollWidth > words.clientWidth);
  assert.equal(cut, false, await bar.innerText());
  await bar.getByRole("link", { name: "Note", exact: true }).click();
  await phone.getByRole("textbox", { name: "Heading" }).waitFor();
});

test("on a phone nothing of the ledger runs over its neighbour, and Copy stays one word", async () => {
  const phone = await signIn(product, demoPerson(product, "admin"), { viewport: { width: 390, height: 844 } });
  await phone.goto("/ledger");
  const over = await phone.locator(".facts dd").evaluateAll((cells) => cells.filter((it) => it.scrollWidth > it.clientWidth).length);
  assert.equal(over, 0);
  const lines = await phone.locator("button.copy:visible").evaluateAll((all) =>
    all.map((button) => {
      const words = document.createRange();
      words.selectNodeContents(button);
      return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size;
    }));
  assert.ok(lines.length > 0 && lines.every((count) => count === 1), `${lines}`);
});

test("a mistyped quote is corrected where it was typed, and the page leads there", async () => {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 390, height: 844 }]) {
    const on = await signIn(product, demoPerson(product, "auditor"), { viewport });
    await claim(on, "The stock figure was read from shelf B2", "/review?standing=weightless");
    await on.getByRole("radio", { name: /^supported/i }).check();
    await on.getByText("Type a quote instead").click();
    for (const words of ["words that nobody said", "other words that nobody said"]) {
      const field = on.getByLabel("Quote, word for word");
      await field.fill(words);
      await on.getByRole("button", { name: "Sign and next" }).click();
      await on.locator("#fault-quote").getByText(/do not occur verbatim/).waitFor();
      await on.locator("#quote:focus").waitFor();
      assert.equal(await field.inputValue(), words);
      assert.equal(await on.locator("[data-quotes] li").count(), 0);
      assert.equal(await field.getAttribute("aria-describedby"), "fault-quote");
    }
    await look(on, `claim-quote-refused-${viewport.width}`);
    await on.close();
  }
});

test("without scripts quotes are added one after the other, one is taken away, and the verdict is signed", async () => {
  const plain = await signIn(product, demoPerson(product, "auditor"), { javaScriptEnabled: false });
  await claim(plain, "The stock figure was read from shelf B2", "/review?standing=weightless");
  for (const words of ["quantity", "shelf"]) {
    await plain.getByLabel("Quote, word for word").fill(words);
    await plain.getByRole("button", { name: "Add this quote" }).click();
  }
  await plain.getByRole("button", { name: "Take quote 1 away" }).click();
  assert.deepEqual(await plain.locator("[data-quotes] li q").allTextContents(), ["shelf"]);
  await plain.getByRole("radio", { name: /^supported/i }).check();
  await plain.getByRole("button", { name: "Sign and next" }).click();
  await plain.locator(".flash", { hasText: /^Signed\./ }).waitFor();
});

test("trust begins with its sentence and is never cut off", async () => {
  await page.goto(`/trust/work-orders/${DEMO_ORDER}`);
  await page.getByRole("heading", { name: /at least \d+ of 100, likely \d+/ }).waitFor();
  await look(page, "trust");
  const cut = await page.locator("table.effects").evaluate((table) => table.scrollWidth - table.parentElement.clientWidth);
  assert.ok(cut <= 0, `the table is ${cut} px wider than its sheet`);
});

test("an entry of the ledger reads well and leads to the claim it is about", async () => {
  await page.goto("/ledger");
  await page.getByLabel("What").selectOption({ label: "Verdict given" });
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/kind=audit.verdict_given/);
  await page.locator("main td a[href^='/ledger/']").first().click();
  await page.getByRole("heading", { name: "Verdict given" }).waitFor();
  await look(page, "ledger-entry");
  const clipped = await page.locator(".facts dd").evaluateAll((cells) => cells.filter((it) => it.scrollWidth > it.clientWidth).length);
  assert.equal(clipped, 0, "a fact is cut off or runs over its neighbour");
  await page.getByRole("link", { name: "Claim", exact: true }).click();
  await page.waitForURL(/\/claims\//);
});

test("a form that was taken is empty, and one that was only begun stays", async () => {
  const technician = await signIn(product, demoPerson(product, "technician"));
  await technician.goto(`/work-orders/${DEMO_ORDER}`);
  await unfold(technician);
  await technician.locator("#add-log > summary").click();
  const lines = technician.locator("#add-log textarea");
  await lines.fill("Written once.");
  await technician.getByRole("button", { name: "Log it" }).click();
  await technician.locator("#log .log").getByText("Written once.").waitFor();
  assert.equal(await lines.inputValue(), "");
  await technician.locator("#add-log > summary").click();
  await lines.fill("Half of it");
  await technician.locator("button.tick").first().click();
  await technician.getByRole("button", { name: /^Undo: / }).first().waitFor();
  assert.equal(await lines.inputValue(), "Half of it");
});

test("the browser had nothing to complain about but the form that was refused", () => {
  const refused = /the server responded with a status of 422/;
  assert.deepEqual(heard.filter((words) => !refused.test(words)), []);
});
