// Langfuse JS 5 over OpenTelemetry: OTLP JSON, chunked. Prints what it sent as one line of JSON.
import { createRequire } from "node:module";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { propagateAttributes, startActiveObservation } from "@langfuse/tracing";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const { version } = createRequire(import.meta.url)("./node_modules/@langfuse/otel/package.json");
const name = "fault-code-js";
const processor = new LangfuseSpanProcessor({ baseUrl: process.env.BASE_URL });
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();

const facts = { traceName: name, sessionId: "shift-1", userId: "line-4", tags: ["press", process.env.ORDER_TAG] };
const traceId = await propagateAttributes(facts, () =>
  startActiveObservation("assistant", async (agent) => {
    agent.update({ input: { question: "E-17?" } });
    const answer = agent.startObservation(
      "answer",
      { model: "gpt-4o-mini", input: [{ role: "user", content: "What does fault code E-17 mean?" }] },
      { asType: "generation" },
    );
    answer
      .update({
        output: { role: "assistant", content: "E-17: the guard door is open. Close it and reset." },
        usageDetails: { input: 42, output: 13 },
      })
      .end();
    agent.update({ output: { answer: "Close the guard door and reset." } });
    return agent.traceId;
  }, { asType: "agent" }),
);
await processor.forceFlush();
await sendScore(traceId);
await provider.shutdown();
console.log(JSON.stringify({ client: `@langfuse/otel ${version}`, trace_id: traceId, name }));

// The span packages have no scores; the public route takes them from any program.
async function sendScore(id) {
  const keys = `${process.env.LANGFUSE_PUBLIC_KEY}:${process.env.LANGFUSE_SECRET_KEY}`;
  const answer = await fetch(`${process.env.BASE_URL}/api/public/scores`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Basic ${btoa(keys)}` },
    body: JSON.stringify({ traceId: id, name: "helpful", value: 1, dataType: "NUMERIC" }),
  });
  if (!answer.ok) throw new Error(`score refused: ${answer.status} ${await answer.text()}`);
}
