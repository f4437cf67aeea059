// A whole order, done over whatever client of MCP is handed in: from looking for work to asking for the review.

export const ORDER = process.env.MCP_ORDER;
export const URL_OF = new URL(process.env.MCP_URL);
export const HEADERS = { Authorization: process.env.MCP_AUTHORIZATION };
const TRACE = process.env.MCP_TRACE;

const NEEDED = `list_ready list_orders get_order read_status claim heartbeat release acknowledge_safety start tick answer mark_step
  undo log comment ask_person get_answer link_trace propose_claim record_decision create_decision attach request_review search_atoms
  score`.split(/\s+/);
const NEVER = /sign|approve|judge|verify|close|complete|skip/;

const traceparent = (span) => `00-${TRACE}-${span.toString(16).padStart(16, "0")}-01`;
const pause = () => new Promise((go) => setTimeout(go, 250));

export function check(isSo, what) {
  if (!isSo) throw new Error(`not so: ${what}`);
}

// What a tool answers; a refusal ends the run. `call` gives the result as the client hands it over.
async function done(client, name, input, span) {
  const meta = span ? { _meta: { traceparent: traceparent(span) } } : {};
  const result = await client.call({ name, arguments: input, ...meta });
  check(!result.isError, `${name} was refused: ${result.content[0].text}`);
  return result.structuredContent;
}

async function refused(client, name, input) {
  const result = await client.call({ name, arguments: input });
  check(result.isError, `${name} was not refused: ${result.content[0].text}`);
  const told = result.structuredContent;
  check(told.message && told.lift, `${name} says neither why nor what would lift it: ${JSON.stringify(told)}`);
  return told;
}

async function findWork(client) {
  const names = await client.tools();
  check(NEEDED.every((name) => names.includes(name)), `tools are missing in ${names}`);
  check(!names.some((name) => NEVER.test(name)), `a tool that programs never have: ${names}`);
  check((await client.codeOf(() => client.call({ name: "approve", arguments: {} }))) === -32602, "there is a tool that approves");
  const ready = await done(client, "list_ready", {});
  check(ready.orders.some((order) => order.order === ORDER), `${ORDER} is not ready: ${JSON.stringify(ready)}`);
  const claimed = await done(client, "claim", { order: ORDER });
  check(claimed.claim.isYours && claimed.claim.isLive, "no claim");
  return done(client, "get_order", { order: ORDER });
}

async function doWork(client, order) {
  await done(client, "acknowledge_safety", { order: ORDER, version: order.safety.version });
  const [first, second] = order.steps[0].items;
  const bare = await refused(client, "tick", { order: ORDER, target: first.target });
  check(bare.rule === "R41", `a tick without evidence names its rule: ${JSON.stringify(bare)}`);
  const ticked = await done(client, "tick", { order: ORDER, target: first.target }, 1);
  await done(client, "answer", { order: ORDER, target: second.place, answer: "6.2" }, 2);
  await done(client, "tick", { order: ORDER, target: "C1" }, 3);
  await refused(client, "tick", { order: ORDER, target: "9.9" });
  await done(client, "log", { order: ORDER, title: "Read the gauge", lines: ["6.2 bar at rest"] });
  const decision = { order: ORDER, title: "Gauge", decision: "The new one", reasons: "It is calibrated" };
  check((await done(client, "record_decision", decision)).decision.name === "D-1", "no decision");
  return ticked.events.find((event) => event.kind.includes("item_ticked")).proof;
}

// Where the client is asked in the same call, its person answers there; else somebody answers on our page.
async function ask(client) {
  let asked = await done(client, "ask_person", { order: ORDER, question: "May the press run tonight?", choices: ["yes", "no"] });
  if (asked.state === "relayed") return asked;
  console.log("QUESTION", asked.question);
  for (let tries = 0; tries < 1200 && asked.state === "waiting"; tries++) {
    await pause();
    asked = await done(client, "get_answer", { order: ORDER, question: asked.question });
  }
  check(asked.state !== "waiting", "nobody answered on the page");
  return asked;
}

// A record gets its place within a second.
async function readProof(client, address) {
  for (let tries = 0; tries < 240; tries++) {
    const text = await client.read(address);
    if (text !== undefined) return text;
    await pause();
  }
  throw new Error(`no proof at ${address}`);
}

export async function wholeOrder(client) {
  const order = await findWork(client);
  const proof = await doWork(client, order);
  const asked = await ask(client);
  const { procedure, version } = order.madeFrom;
  const skill = await client.read(`skill://${procedure}/v${version}/${procedure.toLowerCase()}/SKILL.md`);
  check(skill.startsWith("---\nname: ") && skill.includes("Round of the press"), `no skill: ${skill}`);
  check((await client.read(`order://${ORDER}`)).includes(ORDER), "the order cannot be read by its address");
  check((await readProof(client, proof)).includes("c2sp.org/tlog-proof@v1"), "no proof of the tick");
  check(await client.read("checkpoint://latest"), "no checkpoint");
  check((await client.read("order://WO-1999-001")) === undefined, "an order that is not there");
  const review = await done(client, "request_review", { order: ORDER, note: "The press holds 6.2 bar" });
  check(review.open.length === 0, `still open: ${JSON.stringify(review.open)}`);
  const told = { client: client.name, protocol: client.protocol(), order: ORDER, trace: TRACE, answer: asked.answer, state: asked.state };
  console.log(JSON.stringify(told));
}
