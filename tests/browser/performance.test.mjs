// Persona overview and workflow performance: a run that was sent shows in every panel, marks lead to it, filters and keys, a phone, no scripts.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { complaints, look } from "./look.mjs";
import { eventually, KEYS, newPage, open, OWNER, signIn } from "./product.mjs";

const STAGES = [
  ["version_bump", "backend-engineer", 600, 250],
  ["quality_validation", "testing-specialist", 500, 150],
  ["publish_deploy", "devops-engineer", 400, 150],
];
const PAGES = ["/fleet/personas?range=24h", "/fleet/workflows?range=24h"];
let product, page, heard;

before(async () => {
  product = await open();
  page = await signIn(product, OWNER);
  heard = complaints(page);
  await sendRun("true");
  await sendRun("false");
});
after(() => product?.close());

test("a run that was sent shows in every panel", async () => {
  await page.goto(PAGES[0]);
  for (const title of ["Switch rate by transition", "Budget per persona", "How long a persona is kept", "Tokens per persona", "Top transitions"]) {
    await page.getByRole("heading", { level: 2, name: title }).waitFor();
  }
  await page.locator(".panel", { hasText: "Tokens per persona" }).getByRole("link", { name: /^1.?700$/ }).waitFor();
  await page.getByRole("navigation", { name: "Fleet" }).getByRole("link", { name: "Workflows" }).click();
  await page.waitForURL(/\/fleet\/workflows\?range=24h/);
  for (const title of ["Execution trend", "Stage duration", "Gate success rate", "Failed gates", "Slowest stages"]) {
    await page.getByRole("heading", { level: 2, name: title }).waitFor();
  }
  await page.getByText("Gate quality_validation fails").waitFor();
  assert.equal(await page.locator(".panel svg a[tabindex='-1']").count() > 3, true);
});

test("every mark leads to traces that are there", async () => {
  for (const path of PAGES) {
    await page.goto(path);
    const marks = await page.locator(".panel svg a[tabindex='-1']").evaluateAll((all) => all.map((mark) => mark.getAttribute("href")));
    assert.ok(marks.length > 3, `${path}: ${marks.length} marks`);
    for (const href of new Set(marks)) {
      await page.goto(href);
      await page.locator("main a", { hasText: "workflow.package_release" }).first().waitFor();
    }
  }
});

test("keys choose the time and open the filter, which stands in the address", async () => {
  await page.goto(PAGES[1]);
  await page.keyboard.press("3");
  await page.waitForURL(/range=30d/);
  await page.keyboard.press("f");
  await page.locator("select[name=persona]").selectOption("testing-specialist");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/persona=testing-specialist/);
  assert.equal(await page.locator(".panel", { hasText: "Stage duration" }).getByRole("link", { name: "version_bump" }).count(), 0);
  await page.getByRole("link", { name: /Take the filter Persona/ }).click();
  await page.waitForURL((url) => !url.search.includes("persona=") && url.search.includes("range=30d"));
});

test("a stage opens its trace at the stage", async () => {
  await page.goto(PAGES[1]);
  await page.locator(".panel", { hasText: "Slowest stages" }).locator("tbody tr").first().locator("a").first().click();
  await page.waitForURL(/\/traces\/[0-9a-f]{32}\?observation=/);
});

test("both pages read well, light and dark, on phone and desktop", async () => {
  for (const path of PAGES) {
    await page.goto(path);
    await look(page, path.split("/")[2].split("?")[0]);
  }
});

test("on a phone tables are cards, half of the times are named and nothing scrolls sideways", async () => {
  const phone = await newPage(product, { viewport: { width: 390, height: 844 }, storageState: await page.context().storageState() });
  for (const path of [...PAGES, "/fleet/personas?range=90d", "/fleet/workflows?range=90d"]) {
    await phone.goto(path);
    assert.equal(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, path);
    assert.equal(await phone.locator(".panel .fleet-rows thead").first().isVisible(), false, path);
    assert.equal(await phone.locator(".drawn .minor").first().isVisible(), false, path);
  }
});

test("without scripts a filter is a form and a table folds out", async () => {
  const state = await page.context().storageState();
  const plain = await newPage(product, { javaScriptEnabled: false, storageState: state });
  await plain.goto(PAGES[0]);
  await plain.getByText("Filter", { exact: true }).click();
  await plain.locator("select[name=workflow]").selectOption("package_release");
  await plain.getByRole("button", { name: "Apply" }).click();
  await plain.waitForURL(/workflow=package_release/);
  const stays = plain.locator(".panel", { hasText: "How long a persona is kept" });
  await stays.getByText("As table").click();
  await stays.getByRole("columnheader", { name: "1 to 10" }).waitFor();
});

test("nothing was complained about", () => {
  assert.deepEqual(heard, []);
});

/** One run of three stages, a call in each; `gate` is how the second gate ended. */
async function sendRun(gate) {
  const traceId = randomBytes(16).toString("hex");
  // Within one hour, as marks are.
  const [ago, hour] = [Date.now() - 20_000, 3_600_000];
  const isOne = Math.floor(ago / hour) === Math.floor((ago + 20_000) / hour);
  const begun = BigInt(isOne ? ago : ago - 60_000) * 1_000_000n;
  const span = (name, parentSpanId, from, took, attributes) => {
    const start = begun + BigInt(from) * 1_000_000_000n;
    const times = { startTimeUnixNano: String(start), endTimeUnixNano: String(start + BigInt(took) * 1_000_000_000n) };
    return { traceId, spanId: randomBytes(8).toString("hex"), ...(parentSpanId && { parentSpanId }), name, ...times, attributes };
  };
  const text = (key, stringValue) => ({ key, value: { stringValue } });
  const whole = (key, intValue) => ({ key, value: { intValue: String(intValue) } });
  const run = span("workflow.package_release", null, 0, 18, [text("gen_ai.agent.name", "releaser")]);
  const spans = [run];
  for (const [place, [stage, persona, input, output]] of STAGES.entries()) {
    const ended = place === 1 ? gate : "true";
    const said = [text("stage.persona", persona), text("stage.quality_gate_passed", ended)];
    const above = span(`stage.${stage}`, run.spanId, place * 6, 5, said);
    if (ended === "false") above.status = { code: 2, message: "3 tests fail" };
    spans.push(above, span("ask", above.spanId, place * 6 + 1, 2, [
      text("gen_ai.operation.name", "chat"),
      text("gen_ai.request.model", "gpt-4"),
      whole("gen_ai.usage.input_tokens", input),
      whole("gen_ai.usage.output_tokens", output),
    ]));
  }
  const body = { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: "browser-tests" }, spans }] }] };
  await eventually(product, async () => {
    const reply = await fetch(`${product.url}/api/public/otel/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Basic ${btoa(`${KEYS.public}:${KEYS.secret}`)}` },
      body: JSON.stringify(body),
    });
    return reply.ok;
  });
}
