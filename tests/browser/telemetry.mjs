// A trace as an assistant would send it: OTLP JSON that names a step of a work order.
import { randomBytes } from "node:crypto";
import { KEYS } from "./product.mjs";

export const ANSWER = "E-17: the guard door is open. Close it and reset.";

/** Sends one agent span with a generation below it, tagged with `step` (such as "WO-2026-001/2"); gives the trace id. */
export async function sendTrace(url, step) {
  const traceId = randomBytes(16).toString("hex");
  const agent = span(traceId, "assistant", null, [
    text("langfuse.observation.type", "agent"),
    text("langfuse.trace.name", "fault-code-browser"),
    { key: "langfuse.trace.tags", value: { arrayValue: { values: [{ stringValue: `wo:${step}` }] } } },
  ]);
  const answer = span(traceId, "answer", agent.spanId, [
    text("langfuse.observation.type", "generation"),
    text("langfuse.observation.model.name", "gpt-4o-mini"),
    text("langfuse.observation.input", JSON.stringify([{ role: "user", content: "What does E-17 mean?" }])),
    text("langfuse.observation.output", ANSWER),
    text("langfuse.observation.usage_details", JSON.stringify({ input: 42, output: 13 })),
  ]);
  const body = { resourceSpans: [{ resource: {}, scopeSpans: [{ scope: { name: "browser-tests" }, spans: [answer, agent] }] }] };
  await post(`${url}/api/public/otel/v1/traces`, body);
  return traceId;
}

/** Sends an observation and then changes it, so that it has two revisions. */
export async function sendTwice(url, traceId) {
  const event = (id, type, body) => ({ id, type, timestamp: new Date().toISOString(), body: { id: "late", traceId, ...body } });
  const start = { name: "count calls", startTime: new Date().toISOString(), input: "How many calls are traced?" };
  await post(`${url}/api/public/ingestion`, { batch: [event(`${traceId}-1`, "span-create", { ...start, output: "48 calls" })] });
  await post(`${url}/api/public/ingestion`, { batch: [event(`${traceId}-2`, "span-update", { output: "51 calls" })] });
}

async function post(url, body) {
  const reply = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Basic ${btoa(`${KEYS.public}:${KEYS.secret}`)}` },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`refused: ${reply.status} ${await reply.text()}`);
}

function span(traceId, name, parentSpanId, attributes) {
  const end = BigInt(Date.now()) * 1_000_000n;
  const times = { startTimeUnixNano: String(end - 800_000_000n), endTimeUnixNano: String(end) };
  return { traceId, spanId: randomBytes(8).toString("hex"), ...(parentSpanId && { parentSpanId }), name, ...times, attributes };
}

function text(key, stringValue) {
  return { key, value: { stringValue } };
}
