// Procedures: read, written with the plan below, reviewed by another, and an order made from the version in use.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, newPage, open, signIn } from "./product.mjs";

const TEXT = `# Round of the press

## Header

| Field | Value |
|-------|-------|
| **Type** | Preventive |
| **Priority** | MEDIUM |

## Step 1: Look

- [ ] It is shut
- [ ] The plate is clean

## Completion Criteria

- It holds 6 bar
`;
let product, dana, sam, heard, written;

before(async () => {
  product = await open("--demo");
  dana = await signIn(product, demoPerson(product, "technician"));
  sam = await signIn(product, demoPerson(product, "supervisor"));
  heard = [complaints(dana), complaints(sam)];
});
after(() => product?.close());

test("the list says what is in use, what comes next and what waits, and finds by words", async () => {
  await sam.goto("/procedures");
  await sam.getByText("Version 2 waits for review").waitFor();
  await sam.getByText("by an agent").first().waitFor();
  await look(sam, "procedures");
  await sam.getByLabel("Search").fill("keys");
  await sam.getByRole("button", { name: "Search", exact: true }).click();
  await sam.waitForURL(/q=keys/);
  assert.equal(await sam.locator("table.procedures tbody tr").count(), 1);
  await sam.goto("/procedures?q=nothing+like+this");
  await sam.getByText("No procedure fits").waitFor();
  await look(sam, "procedures-none");
});

test("a page shows the plan as it will be read and what the next version changes", async () => {
  await sam.goto("/procedures/PR-001");
  await sam.getByRole("button", { name: "Make an order from version 1" }).waitFor();
  await sam.getByText("Version 2 against version 1").first().waitFor();
  assert.ok((await sam.locator(".difference ins").count()) >= 1);
  await look(sam, "procedure");
});

test("a text is looked at before it is saved, and nothing typed is lost", async () => {
  await dana.goto("/procedures");
  await dana.getByRole("link", { name: "New procedure" }).click();
  await dana.waitForURL("**/procedures/new");
  await dana.getByLabel("What is done").fill(TEXT);
  await dana.getByRole("button", { name: "Look at the plan" }).click();
  await dana.getByText("1 step, 2 items, 1 criterion, 0 safety notes").waitFor();
  assert.equal((await dana.getByLabel("What is done").inputValue()).trim(), TEXT.trim());
  await look(dana, "procedure-write");
  await dana.getByRole("button", { name: "Save the draft" }).click();
  await dana.waitForURL(/\/procedures\/PR-\d+\/versions\/1$/);
  written = /PR-\d+/.exec(dana.url())[0];
  await look(dana, "procedure-version-draft");
  await dana.getByRole("button", { name: "Submit for review" }).click();
  await dana.locator(".flash").getByText("Submitted.").waitFor();
});

test("another approves it, and the order made from it says so", async () => {
  await sam.goto(`/procedures/${written}/versions/1`);
  await look(sam, "procedure-review");
  await sam.getByRole("button", { name: "Approve version 1" }).click();
  await sam.locator(".flash").getByText("Version 1 is in use").waitFor();
  await sam.getByRole("button", { name: "Make an order from version 1" }).click();
  await sam.waitForURL(/\/work-orders\/WO-/);
  await sam.getByRole("link", { name: `${written}, version 1` }).first().waitFor();
  await look(sam, "order-of-procedure");
  await sam.getByRole("button", { name: `Make it the next version of ${written}` }).first().click();
  await sam.waitForURL(`**/procedures/${written}/versions/2`);
  await sam.getByText("from the plan of").first().waitFor();
});

test("everything works without scripts", async () => {
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: await dana.context().storageState() });
  await plain.goto(`/procedures/${written}/versions/2/edit`);
  await plain.getByLabel("What is done").fill(TEXT.replace("6 bar", "7 bar"));
  await plain.getByRole("button", { name: "Save the draft" }).click();
  await plain.waitForURL(/\/versions\/2$/);
  await plain.getByText("Version 2 against version 1").first().waitFor();
  await plain.getByText("It holds 7 bar").first().waitFor();
  assert.deepEqual(heard.flat(), []);
});
