// A round on a phone: the label of one asset, I am here, a reading, the label of the next one, until all is done.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, newPage, open, sign, signIn } from "./product.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
const ROUND = `# Round of the servers

## Header
| Field | Value |
|-------|-------|
| **Type** | Inspection |

## Steps

### 1. Gateway

- [ ] At the gateway
- [ ] Temperature of the room

### 2. Server

- [ ] At the server

### 3. Elsewhere

- [ ] At the new rack

<!-- What the parts of this work order ask for
{
"1.1": {"asks":{"kind":"scan","asset":"PARTS-GW-01"}},
"1.2": {"asks":{"kind":"number","unit":"°C","most":"40"}},
"2.1": {"asks":{"kind":"scan","asset":"parts-desk-01"}},
"3.1": {"asks":{"kind":"scan","asset":"rack-3"}}
}
-->
`;
let product, boss, dana, heard, number;

before(async () => {
  product = await open("--demo");
  boss = await signIn(product, demoPerson(product, "supervisor"));
  dana = await signIn(product, demoPerson(product, "technician"), PHONE);
  heard = [complaints(boss), complaints(dana)];
});
after(() => product?.close());

test("a round is planned: the editor names each asset, and says where no asset has the code", async () => {
  await boss.goto("/work-orders/import");
  await boss.getByLabel("Markdown").fill(ROUND);
  await boss.getByRole("button", { name: "Look what it becomes" }).click();
  await boss.getByRole("button", { name: "Create the draft order" }).first().click();
  await boss.waitForURL(/\/work-orders\/WO-/);
  number = /WO-[\d-]+/.exec(boss.url())[0];
  await boss.goto(`/work-orders/${number}/edit`);
  await boss.getByText("No asset on the list has this code yet").waitFor();
  await boss.locator("li.block").getByText("Parts desk gateway", { exact: true }).waitFor();
  await look(boss, "round-edit");
});

test("it is given to the technician and approved", async () => {
  await boss.goto(`/work-orders/${number}`);
  const plan = boss.locator("#plan");
  const label = await boss.locator("#account option", { hasText: "Dana" }).first().textContent();
  await plan.getByLabel("Assigned to").selectOption({ label });
  await plan.getByRole("button", { name: "Assign", exact: true }).click();
  await boss.locator(".flash").getByText(/Assigned to/).waitFor();
  await boss.locator("#top").getByRole("button", { name: /^Submit/ }).click();
  await boss.locator("#top").getByRole("link", { name: /^Approve and sign/ }).click();
  await sign(boss, demoPerson(product, "supervisor"));
  await boss.waitForURL(new RegExp(`${number}(#|$)`));
});

// A step that is done is folded.
const answered = (page, words) => page.locator("b.answered", { hasText: words }).first().waitFor({ state: "attached" });

test("the label opens what stops here, and one press leads to the reading", async () => {
  await dana.goto("/assets/parts-desk-01");
  await dana.locator("#round").getByRole("link", { name: "parts-gw-01 Parts desk gateway" }).waitFor();
  await dana.goto("/assets/parts-gw-01");
  await dana.locator("#round").getByText("Round of the servers").waitFor();
  await look(dana, "round-label");
  await dana.setViewportSize(PHONE.viewport);
  await dana.locator("#round").getByRole("button", { name: /^I am here/ }).click();
  await dana.waitForURL(new RegExp(`${number}#item-`));
  await dana.getByText("parts-gw-01, by its label", { exact: true }).waitFor();
  const row = dana.locator(new URL(dana.url()).hash);
  await row.getByText("Temperature of the room").waitFor();
  await look(dana, "round-order");
  const reading = row.getByLabel(/^Answer: Temperature/);
  await reading.fill("21");
  await reading.press("Enter");
  await answered(dana, "21 °C");
});

test("the next label says so, and a code is typed where there is no label", async () => {
  await dana.goto("/assets/parts-gw-01");
  await dana.locator("#round").getByText("You were here.").waitFor();
  await dana.locator("#round").getByRole("link", { name: "parts-desk-01 Parts desk server" }).click();
  await dana.waitForURL(/parts-desk-01$/);
  await dana.locator("#round").getByRole("button", { name: /^I am here/ }).click();
  await dana.waitForURL(new RegExp(`${number}#item-`));
  await dana.locator(new URL(dana.url()).hash).getByText("no asset on the list has this code").waitFor();
  await dana.getByLabel("Code on the label: At the new rack").fill("RACK-3");
  await dana.getByRole("button", { name: /^Save the code/ }).click();
  await answered(dana, "RACK-3, typed");
});

test("nobody else is offered it, and without scripts it is a form like every other", async () => {
  await boss.goto("/assets/parts-gw-01");
  await boss.locator("h1").waitFor();
  assert.equal(await boss.locator("#round").count(), 0);
  const plain = await newPage(product, { ...PHONE, javaScriptEnabled: false, storageState: await dana.context().storageState() });
  await plain.goto(`/work-orders/${number}`);
  await answered(plain, "parts-desk-01, by its label");
  await plain.goto("/assets/parts-gw-01");
  assert.equal(await plain.locator("#round").count(), 0, "the round is done");
  assert.deepEqual(heard.flat(), []);
});
