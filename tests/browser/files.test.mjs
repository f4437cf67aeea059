// Files become orders: many chosen at once, one dropped, a table whose columns are told; and a folder that says something else.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { OWNER, newPage, open, signIn } from "./product.mjs";

const ROUND = "\ufeff# Weekly round\r\n\r\n## Before\r\n- [x] lamp\n- [ ] gloves\r\n";
const TABLE = "Where;Thing to do;Unit;Min;Max\nHall;Lamp works;;;\nHall;Pressure;bar;4;6\n";
const CODE = "# Rotate the key\n\n## Do it\n\n- [ ] Rotate\n\n```sh\nexport API_TOKEN=abcdef123456\nrotate now\n```\n\nExpected output:\n\n```\nrotated\n```\n";
let product, page, heard;

const file = (name, text) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

before(async () => {
  product = await open();
  page = await signIn(product, OWNER);
  heard = complaints(page);
});
after(() => product?.close());

test("many files are a table with one button, and each has its preview", async () => {
  await page.goto("/work-orders/import");
  await look(page, "files-choose");
  await page.getByLabel("Choose files").setInputFiles([
    file("round.md", ROUND),
    file("table.csv", TABLE),
    file("code.md", CODE),
    { name: "latin.md", mimeType: "text/plain", buffer: Buffer.from([0x2d, 0x20, 0xfc]) },
  ]);
  await page.getByRole("button", { name: "Look what they become" }).click();
  await page.waitForURL("**/work-orders/import/files");
  await page.getByText("Not taken").first().waitFor();
  await look(page, "files-table");
  await page.getByRole("link", { name: "round.md" }).click();
  await page.getByText("ticked in the file only").waitFor();
  await look(page, "files-preview");
  await page.goBack();
  await page.getByRole("link", { name: "table.csv" }).click();
  // The change of a column acts in place.
  await page.getByLabel("Where means").selectOption({ label: "Step" });
  await page.getByText("1 step · 2 items").waitFor();
  await look(page, "files-columns");
  await page.goto("/work-orders/import/files");
  await page.getByRole("button", { name: "Create 3 drafts" }).click();
  await page.locator(".flash", { hasText: /3 drafts were made: WO-[^.]*\. 1 could not be taken/ }).waitFor();
  await page.goto("/work-orders");
  await page.getByRole("link", { name: /Weekly round/ }).first().click();
  await page.waitForURL(/WO-[0-9-]+$/);
  const answer = await page.request.get(`${page.url()}.md`);
  assert.equal((await answer.body()).toString(), ROUND, "byte for byte");
});

test("a secret in code is masked until it is opened, and output stands with its code", async () => {
  await page.goto("/work-orders");
  await page.getByRole("link", { name: /Rotate the key/ }).first().click();
  await page.locator(".output").getByText("rotated").waitFor();
  assert.equal(await page.getByText("abcdef123456").isVisible(), false);
  await page.locator("details.secret summary").click();
  await page.getByText("abcdef123456").waitFor();
  await look(page, "files-code");
});

test("a file that is dropped goes the same way, and without scripts there is a button for everything", async () => {
  await page.goto("/work-orders/import");
  const transfer = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["- [ ] dropped\n"], "dropped.md", { type: "text/markdown" }));
    return data;
  });
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
  await page.waitForURL("**/work-orders/import/files");
  await page.getByRole("link", { name: "dropped.md" }).waitFor();
  const context = await product.browser.newContext({ baseURL: product.url, javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto("/work-orders/import");
  await plain.getByLabel("Choose files").setInputFiles([file("again.csv", TABLE)]);
  await plain.getByRole("button", { name: "Look what they become" }).click();
  await plain.getByRole("link", { name: "again.csv" }).click();
  await plain.getByLabel("Where means").selectOption({ label: "Step" });
  await plain.getByRole("button", { name: "Apply" }).first().click();
  await plain.getByText("1 step · 2 items").waitFor();
  await context.close();
});

test("a folder that says something else is shown beside the order, and decided", async () => {
  const folder = join(product.folder, "orders");
  mkdirSync(folder);
  const path = join(folder, "folder.md");
  writeFileSync(path, "# Kept in step\n\n## Before\n\n- [ ] lamp\n- [ ] keys\n");
  const sync = (...more) => product.command("sync", folder, "--as", OWNER.email, "--no-new-files", ...more);
  assert.match(sync("--dry-run"), /nothing was done/);
  assert.match(sync(), /folder\.md \(WO-[0-9-]+\): imported as a draft/);
  await page.goto("/work-orders");
  await page.getByRole("link", { name: /Kept in step/ }).first().click();
  await page.waitForURL(/WO-[0-9-]+$/);
  const order = new URL(page.url()).pathname;
  await page.goto(`${order}/edit`);
  const item = page.locator("textarea[name=text]").filter({ hasText: "lamp" }).first();
  await item.fill("lamp here");
  await item.blur(); // a field that is left is sent
  await page.locator(".flash", { hasText: "Saved." }).waitFor();
  await page.goto(order);
  await page.getByText("lamp here").first().waitFor();
  writeFileSync(path, readFileSync(path, "utf8").replace("] lamp", "] lamp there"));
  assert.throws(() => sync(), /ended with 3/);
  await page.goto(order);
  await page.getByRole("link", { name: "Look and decide" }).click();
  await look(page, "files-clash");
  await page.getByLabel("Take the file’s", { exact: true }).check();
  await page.getByRole("button", { name: "Decide", exact: true }).click();
  await page.locator(".flash", { hasText: "Decided. The file follows" }).waitFor();
  sync();
  assert.match(readFileSync(path, "utf8"), /- \[ \] lamp there\n/);
});

test("nobody is told of anything that waits for somebody else, and the browser complained of nothing", async () => {
  const stranger = await newPage(product);
  await stranger.goto("/work-orders/import/files");
  assert.match(stranger.url(), /sign-in/);
  assert.deepEqual(heard, []);
});
