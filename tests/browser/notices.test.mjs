// Notices: read, opened by keyboard, muted, chosen; webhooks with a secret that is shown once.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { demoPerson, eventually, newPage, open, signIn } from "./product.mjs";

let product, dana, sam, admin, heard;

before(async () => {
  product = await open("--demo");
  dana = await signIn(product, demoPerson(product, "technician"));
  sam = await signIn(product, demoPerson(product, "supervisor"));
  admin = await signIn(product, demoPerson(product, "admin"));
  heard = [dana, sam, admin].map(complaints);
});
after(() => product?.close());

test("what happened stands by day, and its count in the head of every page", async () => {
  await eventually(product, async () => {
    await dana.goto("/");
    return (await dana.locator("#notices-badge").count()) === 1;
  });
  await dana.locator("#notices-badge").click();
  await dana.waitForURL("**/notices");
  await dana.getByRole("heading", { name: "Notices", exact: true }).waitFor();
  // What was told of one order on a day stands once; the rest is folded below it.
  await dana.getByText(/gave you WO-/).filter({ visible: true }).first().waitFor();
  await look(dana, "notices");
});

test("the keyboard opens the first one, which is read from then on", async () => {
  await dana.goto("/notices?unread=yes");
  const first = await dana.locator(".notice.unread").first().getAttribute("id");
  await dana.keyboard.press("j");
  await dana.keyboard.press("Enter");
  await dana.waitForURL((address) => address.pathname !== "/notices");
  await dana.goto("/notices?unread=yes");
  assert.equal(await dana.locator(`#${first}`).count(), 0);
});

test("much of one order is one line with the rest below it, and all is marked at the top", async () => {
  await dana.goto("/notices");
  const all = dana.getByRole("button", { name: "Mark all read" });
  await all.waitFor();
  const [top, list] = await Promise.all([all.boundingBox(), dana.locator(".notice").first().boundingBox()]);
  assert.ok(top.y < list.y, "the button stands above the list");
  const earlier = dana.locator(".notices-earlier summary").first();
  await earlier.click();
  await dana.locator(".notices-earlier[data-row] details[open] .notice").first().waitFor();
  await look(dana, "notices-of-a-shop");
});

test("with scripts off the same forms do the same", async () => {
  const plain = await signIn(product, demoPerson(product, "technician"), { javaScriptEnabled: false });
  await plain.goto("/notices");
  const read = plain.getByRole("button", { name: /^Mark as read/ });
  const before = await read.count();
  if (before > 0) {
    await read.first().click();
    await plain.waitForURL("**/notices");
    assert.equal(await read.count(), before - 1);
    await plain.getByRole("button", { name: "Mark all read" }).click();
    await plain.waitForURL("**/notices");
  }
  assert.equal(await plain.locator("#notices-badge").count(), 0);
});

test("an order is muted from its page and heard again", async () => {
  await dana.goto("/work-orders?assignee=me");
  await dana.locator("main a[href^='/work-orders/WO-']").first().click();
  await dana.waitForURL(/\/work-orders\/WO-/);
  await dana.getByRole("link", { name: "Mute…" }).first().click();
  await dana.waitForURL(/\/notices\/orders\/WO-/);
  await dana.getByRole("button", { name: /^Mute this order: WO-/ }).click();
  await dana.locator(".flash").getByText("Muted:").waitFor();
  await look(dana, "notices-of-order");
  await dana.goto("/notices/settings");
  await dana.getByRole("heading", { name: "Muted orders" }).waitFor();
  await dana.getByRole("button", { name: /^Unmute/ }).click();
  await dana.locator(".flash").getByText("You hear of this order again.").waitFor();
});

test("what is mailed is chosen, and a wrong day is said at its field", async () => {
  await dana.goto("/notices/settings");
  await dana.getByText("this server was given no mail server").waitFor();
  await dana.getByLabel("Late", { exact: true }).selectOption("At once");
  await dana.getByLabel("Your morning").selectOption("06:00");
  await look(dana, "notices-settings");
  await dana.getByRole("button", { name: "Keep" }).click();
  await dana.locator(".flash").getByText("Kept.").waitFor();
  assert.equal(await dana.getByLabel("Late", { exact: true }).inputValue(), "at_once");
  await dana.getByLabel(/^Until/).fill("2020-01-01");
  await dana.getByRole("button", { name: "Be quiet until then" }).click();
  await dana.locator("#fault-until").getByText("within a year").waitFor();
  assert.equal(await dana.getByLabel(/^Until/).inputValue(), "2020-01-01");
  await look(dana, "notices-settings-fault");
});

test("a webhook is added, tried, and its secret is seen once", async () => {
  const came = [];
  const server = createServer((request, answer) => {
    came.push(request.headers);
    request.resume().on("end", () => answer.writeHead(204).end());
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  await admin.goto("/notices/webhooks");
  await admin.getByText("No webhooks yet").waitFor();
  await look(admin, "webhooks-none");
  const form = admin.locator("form[action='/notices/webhooks']");
  await form.getByLabel(/^Label/).fill("Chat");
  await form.getByLabel("Address").fill("https://127.0.0.1:1/ x");
  await form.getByRole("button", { name: "Add webhook" }).click();
  await form.locator("#fault-url").waitFor();
  assert.equal(await form.getByLabel(/^Label/).inputValue(), "Chat");
  await form.getByLabel("Address").fill(`http://127.0.0.1:${server.address().port}/hooks`);
  await form.getByRole("button", { name: "Add webhook" }).click();
  assert.match(await admin.locator("#secret").innerText(), /^whsec_/);
  await look(admin, "webhooks-secret");
  await admin.goto("/notices/webhooks");
  assert.equal(await admin.locator("#secret").count(), 0);
  await admin.getByRole("button", { name: "Send a test: Chat" }).click();
  await eventually(product, async () => {
    await admin.goto("/notices/webhooks");
    return (await admin.getByText("Delivered").count()) > 0;
  });
  assert.match(came[0]["webhook-signature"], /^v1,/);
  await look(admin, "webhooks");
  await admin.locator("summary", { hasText: "Change…" }).click();
  await look(admin, "webhooks-change");
  server.close();
});

test("a link that was not made here ends no mail", async () => {
  const stranger = await newPage(product);
  const answer = await stranger.goto("/notices/unsubscribe/1.x.00");
  assert.equal(answer.status(), 404);
  assert.deepEqual(heard.flat().filter((line) => !/status of 4\d\d/.test(line)), []);
});
