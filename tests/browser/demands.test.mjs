// What parts of a plan ask for, and isolation: planned in the browser with scripts, looked at on every size, done on a phone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { OWNER, open, orderNumber, signIn, unfold } from "./product.mjs";

let product;
before(async () => (product = await open()));
after(() => product.close());

test("a checkpoint, an answer that opens a step, evidence of a criterion and isolation are planned and shown", async () => {
  const page = await signIn(product, OWNER);
  const heard = complaints(page);
  await page.goto("/work-orders/new");
  await page.getByLabel(/title/i).first().fill("Swap the seal");
  await page.getByLabel(/^type/i).fill("Repair");
  await page.locator("[name=priority]").selectOption("high");
  await page.locator("[name=checklist]").fill("## Isolate\n- [ ] Close valve 7\n- [ ] Is it dry?\n\n## Dry it\n- [ ] Blow it out\n");
  await page.locator("[name=criteria]").fill("No leak at 6 bar");
  await page.locator("main form[method=post] button").last().click();
  await page.waitForURL(/\/edit/);
  const address = page.url().replace(/\/edit.*/, "");

  const block = (text) => page.locator("li.block", { has: page.locator("[name=text]", { hasText: text }) });
  const heading = (text) => page.locator(`li.block:has(input[name=text][value="${text}"])`);
  const saved = async (change) => {
    const answer = page.waitForResponse((it) => it.url().endsWith("/plan") && it.request().method() === "POST");
    await change();
    await answer;
    await page.goto(`${address}/edit`);
  };
  await saved(() => block("Is it dry?").locator("[name=asks]").selectOption("yes_no"));
  await heading("Isolate").getByText("What else it asks for").click();
  await saved(() => heading("Isolate").locator("[name=blocking]").check());
  await saved(async () => {
    await heading("Isolate").locator("[name=time]").fill("5 min");
    await heading("Isolate").locator("[name=time]").blur();
  });
  await heading("Dry it").getByText("What else it asks for").click();
  await saved(() => heading("Dry it").locator("[name=only_if]").selectOption({ label: "only if 1.2 is No" }));
  await saved(() => page.locator("#head [name=isolation]").check());
  assert.equal(await heading("Isolate").locator("[name=time]").inputValue(), "5 min");
  await look(page, "order-edit-demands");

  await page.goto(address);
  await unfold(page);
  assert.ok(await page.getByText("only if 1.2 is No").first().isVisible());
  assert.ok(await page.getByText("checkpoint: do it first").first().isVisible());
  assert.ok(await page.getByText("Nobody is signed on").isVisible());
  await look(page, "order-demands");
  assert.deepEqual(heard, []);
});

test("work is done under isolation on a phone: signed on, held by the checkpoint, opened by the answer", async () => {
  const page = await signIn(product, OWNER, { viewport: { width: 390, height: 844 } });
  const heard = complaints(page);
  const address = `/work-orders/${orderNumber(1)}`;
  const post = (path, form) => page.request.post(`${address}/${path}`, { form, headers: { origin: product.url } });
  await page.goto(address);
  const assignee = await page.locator("#account option").nth(1).getAttribute("value");
  for (const [path, form] of [
    ["assign", { account: assignee }],
    ["transition", { to: "submitted" }],
    ["transition", { to: "approved", email: OWNER.email, password: OWNER.password }],
  ]) {
    assert.ok((await post(path, form)).ok(), `${path} ${JSON.stringify(form)}`);
  }
  await page.goto(address);
  await page.getByRole("button", { name: "Sign on" }).click();
  await page.getByText("Signed on: 1").waitFor();
  await unfold(page);
  await page.getByRole("button", { name: "Tick: Close valve 7" }).click();
  await page.getByRole("button", { name: "No: Is it dry?" }).click();
  await unfold(page);
  await page.getByRole("button", { name: "Tick: Blow it out" }).first().waitFor();
  await look(page, "order-isolation");
  assert.deepEqual(heard, []);
});
