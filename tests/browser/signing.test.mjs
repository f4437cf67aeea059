// What is signed besides moves: a plan that was changed after its approval, and an item that asks for a signature.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, open, signIn } from "./product.mjs";

const ORDER = "/work-orders/WO-2026-016";
const RITA = { email: "rita@demo.example", password: "a-horse-and-a-staple" };
let product, item;

before(async () => {
  product = await open("--demo");
  product.command("policy", "set", "integration", "--controlled", "yes");
  product.command("user", "add", RITA.email, "--name", "Rita Voss", "--role", "supervisor", "--password", RITA.password);
});
after(() => product?.close());

test("a changed plan says so, and a supervisor who did not change it approves it", async () => {
  const page = await signIn(product, demoPerson(product, "supervisor"));
  const heard = complaints(page);
  await page.goto(`${ORDER}/edit`);
  const block = page.locator("li.block", { has: page.locator("[name=text]", { hasText: "A run that loses rows" }) });
  const form = block.locator('form[action$="/plan"]:has(select[name=asks])');
  const answer = page.waitForResponse((it) => it.url().endsWith("/plan") && it.request().method() === "POST");
  await form.evaluate((it) => {
    it.elements.asks.value = "signature";
    it.elements.reason.value = "somebody answers for it";
    it.requestSubmit();
  });
  assert.ok((await answer).status() < 400);
  await page.goto(ORDER);
  assert.ok(await page.getByText("changed this plan since it was approved").isVisible());
  await look(page, "order-changed-plan");

  const other = await signIn(product, RITA);
  assert.ok(await other.getByText("Read and approve").first().isVisible());
  await other.goto(ORDER);
  await other.getByRole("link", { name: "Approve the changed plan…" }).click();
  await other.waitForURL(/approve-changes/);
  assert.ok(await other.getByText("A run that loses rows shows an error”: had an item answered by a signature").isVisible());
  await look(other, "approve-changes");
  await other.getByLabel("Email").fill(RITA.email);
  await other.getByLabel("Password").fill(RITA.password);
  await other.getByRole("button", { name: "Approve the changed plan and sign" }).click();
  await other.locator(".flash", { hasText: "The changed plan is approved." }).waitFor();
  assert.equal(await other.locator("#changed-plan").count(), 0);
  assert.deepEqual(heard, []);
});

test("an item is signed on a phone without scripts, and looked at with them", async () => {
  const dana = demoPerson(product, "technician");
  const page = await signIn(product, dana);
  await page.goto(ORDER);
  item = await page.locator('a[href$="/sign"]').first().getAttribute("href");
  await page.goto(item);
  await look(page, "sign-item");
  const plain = await signIn(product, dana, { javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  await plain.goto(item);
  await plain.getByLabel("Email").fill(dana.email);
  await plain.getByLabel("Password").fill(dana.password);
  await plain.getByRole("button", { name: "Sign this item" }).click();
  await plain.getByText("Signed", { exact: true }).first().waitFor();
  await page.goto(ORDER);
  assert.equal(await page.locator('a[href$="/sign"]').count(), 0);
  await look(page, "order-signed-item");
});
