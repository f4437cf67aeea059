// An agent takes work on by its key, asks a person and is stopped by one, on the pages of that person.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, newPage, open, signIn } from "./product.mjs";

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1360, height: 900 };
let product, boss, heard, key, number;

before(async () => {
  product = await open("--demo");
  boss = await signIn(product, demoPerson(product, "supervisor"));
  heard = complaints(boss);
});
after(() => product?.close());

/** What the agent sends with its key. */
const send = (path, fields) =>
  fetch(`${product.url}/work-orders/${number}/${path}`, {
    method: "POST",
    redirect: "manual",
    headers: { Authorization: `Basic ${Buffer.from(key).toString("base64")}`, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields),
  });

test("the agent gets a key and an order, and its first act claims it", async () => {
  const admin = await signIn(product, demoPerson(product, "admin"));
  await admin.goto("/people/keys");
  const form = admin.locator('form[action="/people/keys"].entry');
  await form.locator("#label").fill("Relay at work");
  for (const box of await form.getByRole("checkbox").all()) await box.check();
  const relay = await form.locator("#account option", { hasText: "Relay" }).getAttribute("value");
  await form.locator("#account").selectOption(relay);
  await form.getByRole("button", { name: "Make key" }).click();
  await admin.locator("#secret").waitFor();
  const pair = await admin.locator("code.id").filter({ hasText: /^pk-lf-/ }).first().innerText();
  key = `${pair}:${await admin.locator("#secret").innerText()}`;

  await boss.goto("/work-orders?status=in_progress");
  const href = await boss.locator('a[href^="/work-orders/WO-"]').first().getAttribute("href");
  number = /WO-[0-9]+-[0-9]+/.exec(href)[0];
  await boss.goto(`/work-orders/${number}`);
  const worker = await boss.locator("#account option", { hasText: "Relay" }).first().getAttribute("value");
  const given = await boss.evaluate(
    ({ number, worker }) => fetch(`/work-orders/${number}/assign`, { method: "POST", body: new URLSearchParams({ account: worker }) }).then((it) => it.ok),
    { number, worker },
  );
  assert.ok(given);
  const logged = await send("log", { title: "Looked at the traces", lines: "one call is missing" });
  assert.equal(logged.status, 303, await logged.text());
  const asked = await send("questions", { text: "Which key is meant?", choices: "the old one\nthe new one" });
  assert.equal(asked.status, 303, await asked.text());
});

test("a question is answered where it waits, and on the phone too", async () => {
  await boss.goto("/");
  await boss.locator("#asked").getByText("Which key is meant?").waitFor();
  await look(boss, "home-asked");
  await boss.setViewportSize(DESK);
  await boss.locator("#asked").getByRole("link", { name: /Answer Relay/ }).click();
  await boss.waitForURL(/#question-/);
  await boss.locator("#working").getByText("Relay (agent)").first().waitFor();
  await look(boss, "delegation");
  await boss.setViewportSize(PHONE);
  await boss.locator("#questions").getByLabel(/^Answer/).selectOption("the new one");
  await boss.locator("#questions").getByRole("button", { name: "Answer" }).click();
  await boss.locator(".flash").getByText("Answered").waitFor();
  await boss.locator("#questions").getByText(/answered or withdrawn/).click();
  await boss.locator("#questions").getByText("the new one").waitFor();
});

test("a person stops it with a reason, and lets it on, without scripts", async () => {
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: await boss.context().storageState() });
  await plain.goto(`/work-orders/${number}`);
  await plain.locator("#working summary").click();
  await plain.getByLabel("Why it is to leave off").fill("It looks at the wrong system");
  await plain.getByRole("button", { name: "Stop it" }).click();
  await plain.locator("#working").getByText("It looks at the wrong system").waitFor();
  const refused = await send("log", { title: "Going on", lines: "" });
  assert.equal(refused.status, 409);
  assert.match(await refused.text(), /stopped you/);
  await boss.goto(`/work-orders/${number}`);
  await look(boss, "delegation-stopped");
  await boss.setViewportSize(PHONE);
  await boss.getByRole("button", { name: /Let on again/ }).click();
  await boss.locator(".flash").getByText("It may claim this order again").waitFor();
  assert.equal((await send("log", { title: "Going on", lines: "" })).status, 303);
});

test("a decision is recorded and stands with its reasons", async () => {
  await boss.setViewportSize(DESK);
  await boss.goto(`/work-orders/${number}`);
  await boss.locator("#decisions summary").click();
  const form = boss.locator("#decisions form");
  await form.getByLabel("About").fill("Which key");
  await form.getByLabel("What is decided").fill("The new one");
  await form.getByLabel("Reasons").fill("The old one is revoked");
  await form.getByRole("button", { name: "Record it" }).click();
  await boss.locator(".flash").getByText("Recorded").waitFor();
  await boss.locator("#decisions").getByText("D-1 Which key").first().waitFor();
  await look(boss, "decisions");
  assert.deepEqual(heard, []);
});
