// The whole way in a real browser: a work order comes in, is ticked, a trace arrives and links itself, an auditor
// judges, the score moves, and the bundle verifies with foreign tools.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { AUDITOR, OWNER, ROOT, eventually, open, signIn, unfold } from "./product.mjs";
import { ANSWER, sendTrace } from "./telemetry.mjs";

const ORDER = "/work-orders/WO-2026-001";
const ITEM = "Send one question through the span client";
let product, owner, auditor, heard, traceId, scoreBefore;

before(async () => {
  product = await open();
});
after(() => product?.close());

test("the owner signs in and finds the way to a first work order", async () => {
  owner = await signIn(product, OWNER);
  heard = complaints(owner);
  await owner.getByRole("link", { name: /work orders/i }).first().click();
  await owner.waitForURL("**/work-orders");
});

test("a Markdown work order is pasted, looked at line by line, and taken as a draft", async () => {
  await owner.goto("/work-orders/import");
  await look(owner, "journey-import");
  await owner.getByLabel("Markdown").fill(readFileSync(join(ROOT, "tests/tools/order.md"), "utf8"));
  await owner.getByRole("button", { name: "Look what it becomes" }).click();
  await owner.waitForURL("**/work-orders/import/preview");
  await owner.getByText("3 steps").first().waitFor();
  await owner.getByText(ITEM).first().waitFor();
  assert.equal(await owner.getByLabel("Title").inputValue(), "Trace the assistant of press line 4");
  await look(owner, "journey-preview");
  await owner.getByRole("button", { name: "Create the draft order" }).first().click();
  await owner.waitForURL(`**${ORDER}`);
  await owner.getByRole("heading", { name: /Trace the assistant of press line 4/ }).waitFor();
  await owner.getByText(/nobody here approved or signed that/).first().waitFor(); // the file says IN PROGRESS
});

test("the draft is assigned, submitted, approved and signed, and begun", async () => {
  const main = owner.locator("main");
  await main.getByLabel("Assigned to").selectOption({ index: 1 });
  await main.getByRole("button", { name: "Assign", exact: true }).click();
  await main.locator(".flash").getByText(/Assigned to/).waitFor(); // else the version of the page before is submitted
  await main.getByRole("button", { name: "Submit for approval" }).first().click();
  await main.getByRole("link", { name: /^Approve and sign/ }).first().click();
  await owner.getByLabel(/email/i).fill(OWNER.email); // the first signature of a session asks for both
  await owner.getByLabel(/password/i).fill(OWNER.password);
  await owner.getByRole("button", { name: "Approve and sign" }).click();
  await owner.waitForURL(`**${ORDER}*`);
  await main.getByRole("button", { name: "I have read these" }).click();
  await main.getByRole("button", { name: "Start", exact: true }).first().click();
  await main.getByText("In progress").first().waitFor();
});

test("an item is ticked with one tap, undone, and ticked again", async () => {
  await owner.getByRole("heading", { name: /Connect the span client/ }).click(); // only the next step stands open
  // Each by its own name: until the answer is here, the button of the step before is still on the page.
  const [tick, undo] = ["Tick", "Undo"].map((what) => owner.getByRole("button", { name: `${what}: ${ITEM}` }));
  await tick.click();
  await undo.click();
  await tick.click();
  await undo.waitFor();
  scoreBefore = await score(owner);
});

test("a trace that names the step arrives and links itself", async () => {
  traceId = await sendTrace(product.url, "WO-2026-001/2");
  await eventually(product, async () => {
    await owner.goto(ORDER);
    return (await owner.locator(`a[href*="${traceId}"]`).count()) > 0;
  });
  await look(owner, "journey-order");
  await unfold(owner);
  await owner.locator(`a[href*="${traceId}"]`).first().click();
  await owner.waitForURL(/\/traces\//);
  await owner.locator("main").getByRole("link", { name: /\banswer\b/ }).first().click();
  await owner.getByText(ANSWER).first().waitFor();
  await look(owner, "journey-trace");
});

test("an auditor who did not do the work judges the claim with a verbatim quote", async () => {
  addAuditor();
  auditor = await signIn(product, AUDITOR);
  await auditor.goto("/review");
  await look(auditor, "journey-review");
  await auditor.getByRole("link", { name: ITEM }).first().click();
  await auditor.locator(".tree").getByRole("link", { name: "answer" }).click();
  await auditor.getByText(ANSWER).first().waitFor();
  await auditor.getByRole("radio", { name: /^supported/i }).check();
  await auditor.getByText("Type a quote instead").click();
  await auditor.getByLabel("Quote, word for word").fill("the guard door is open");
  await look(auditor, "journey-claim");
  const claim = auditor.url();
  await auditor.getByRole("button", { name: /^sign/i }).click();
  await auditor.waitForURL((address) => String(address) !== claim && !address.pathname.endsWith("/verdict"));
});

test("the score moves and the order shows the verdict", async () => {
  await owner.goto(ORDER);
  await unfold(owner);
  await owner.getByText(/^supported$/i).first().waitFor();
  assert.notEqual(await score(owner), scoreBefore);
});

test("the bundle comes down and verifies by the command that the page prints", async () => {
  const coming = owner.waitForEvent("download");
  await owner.getByRole("link", { name: /bundle/i }).first().click();
  const download = await coming;
  await download.saveAs(join(product.folder, download.suggestedFilename()));
  const [command] = await owner.locator(".cmd code").allTextContents();
  run("sh", "-c", `cd '${product.folder}' && ${command}`);
});

test("the browser had nothing to complain about", () => {
  assert.deepEqual(heard, []);
});

/** The four numbers of the order's trust, as the page says them. */
async function score(page) {
  return (await page.getByRole("region", { name: /trust/i }).innerText()).trim();
}

function addAuditor() {
  product.command("user", "add", AUDITOR.email, "--name", "Ada Auditor", "--role", "auditor", "--password", AUDITOR.password);
}

function run(program, ...words) {
  const done = spawnSync(program, words, { encoding: "utf8" });
  assert.equal(done.status, 0, `${program} ${words.join(" ")}:\n${done.stdout}${done.stderr}`);
}
