// From the label of an asset to an order: what a phone's camera opens, the report of a fault, and the order on the asset's page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, newPage, open, signIn } from "./product.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
let product, boss, dana, heard;

before(async () => {
  product = await open("--demo");
  boss = await signIn(product, demoPerson(product, "supervisor"));
  dana = await signIn(product, demoPerson(product, "technician"), PHONE);
  heard = [complaints(boss), complaints(dana)];
});
after(() => product?.close());

test("the tree leads to an asset with its orders, meters and label", async () => {
  await boss.goto("/work-orders");
  await boss.getByRole("navigation", { name: "Work orders" }).getByRole("link", { name: "Assets" }).click();
  await boss.waitForURL(/\/assets$/);
  await look(boss, "assets");
  const tree = boss.getByRole("navigation", { name: "Assets" });
  await tree.getByRole("link", { name: "Workshop" }).focus();
  const all = await tree.getByRole("link").count();
  assert.equal(all, 8);
  await boss.keyboard.press("ArrowLeft");
  assert.equal(await tree.locator("[data-asset-row]:visible").count(), 1);
  await boss.keyboard.press("ArrowRight");
  await boss.keyboard.press("ArrowDown");
  assert.equal(await boss.evaluate(() => document.activeElement.textContent), "Server room");
  await tree.getByRole("link", { name: "Parts desk server" }).click();
  await boss.waitForURL(/parts-desk-01$/);
  await boss.getByText("0.4 % above the limit").first().waitFor();
  await look(boss, "asset");
  await boss.getByRole("link", { name: "Print the label" }).click();
  await boss.waitForURL(/\/label$/);
  await look(boss, "asset-label");
});

test("a table is looked at before it is taken", async () => {
  await boss.goto("/assets/import");
  const buffer = Buffer.from("code,name,parent,Colour\nLIFT-1,Lift,,red\nLIFT-1-M,Motor of the lift,LIFT-1,\n");
  await boss.getByLabel(/Choose a file/).setInputFiles({ name: "assets.csv", mimeType: "text/csv", buffer });
  await boss.getByRole("button", { name: "Look at the file" }).click();
  await boss.getByRole("heading", { name: "These 2 assets will be made" }).waitFor();
  await boss.getByText("Not taken").waitFor();
  await look(boss, "assets-import");
  await boss.getByRole("button", { name: "Make all 2" }).click();
  await boss.waitForURL(/\/assets$/);
  await boss.locator(".flash").getByText("2 assets are on the list.").waitFor();
});

test("whoever opens the address of a label reports a fault and finds the order on the asset's page", async () => {
  await dana.goto("/assets/PARTS-GW-01");
  await look(dana, "asset-gateway");
  await dana.setViewportSize(PHONE.viewport);
  await dana.getByRole("link", { name: "Report a fault" }).first().click();
  await dana.waitForURL(/\/report$/);
  await look(dana, "asset-report");
  await dana.getByLabel(/What is wrong/).fill("The gateway drops every tenth answer");
  await dana.getByLabel("How urgent it is").selectOption("high");
  await dana.getByRole("button", { name: "Report it" }).click();
  await dana.waitForURL(/\/work-orders\/WO-/);
  await dana.locator(".flash").getByText("is sent for approval").waitFor();
  await dana.goto("/assets/parts-gw-01");
  await dana.locator("#orders").getByText("The gateway drops every tenth answer").waitFor();
});

test("a counter that shows less than before is asked about once", async () => {
  await dana.getByRole("link", { name: "Read Key age" }).click();
  await dana.waitForURL(/\/meters\//);
  await dana.getByLabel(/It shows now/).fill("3");
  await dana.getByRole("button", { name: "Keep the reading" }).click();
  await dana.getByText("This is below the last reading (76)").waitFor();
  await look(dana, "asset-meter-asks");
  await dana.getByLabel("Why it shows less").fill("The key was renewed");
  await dana.getByRole("button", { name: "Keep the reading" }).click();
  await dana.locator(".flash").getByText("The reading is kept").waitFor();
  await look(dana, "asset-meter");
});

test("without scripts everything is a link or a form", async () => {
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: await boss.context().storageState() });
  await plain.goto("/assets/new?parent=parts-store");
  await plain.getByLabel(/^Code/).fill("store-scan-2");
  await plain.getByLabel("Name", { exact: true }).fill("Second scanner");
  await plain.getByRole("button", { name: "Register" }).click();
  await plain.waitForURL(/store-scan-2$/);
  await plain.getByText("Retire…").click();
  await plain.getByLabel("Why it is retired").fill("Nobody uses it");
  await plain.getByRole("button", { name: "Retire", exact: true }).click();
  await plain.getByText("It takes no orders").first().waitFor();
  assert.equal(await plain.getByRole("link", { name: "Report a fault" }).count(), 0);
  // The reading below the last one was refused once on purpose.
  const refused = /the server responded with a status of 422/;
  assert.deepEqual(heard.flat().filter((words) => !refused.test(words)), []);
});
