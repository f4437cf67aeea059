// One run of the workflow `package_release` in three roles, told by plain OpenTelemetry over OTLP/HTTP.
import { setTimeout as sleep } from "node:timers/promises";
import { SpanKind, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

// Stage, role, tokens in and out, what was asked and answered.
const STAGES = [
  ["version_bump", "backend-engineer", 600, 250, "What is the next version after 1.3.2?", "1.4.0: there is a new command."],
  ["quality_validation", "testing-specialist", 500, 150, "Did the checks of 1.4.0 pass?", "All 212 passed."],
  ["publish_deploy", "devops-engineer", 400, 150, "Is 1.4.0 out?", "1.4.0 is in the registry and on both servers."],
];

const { env } = process;
const url = (env.LANGFUSE_HOST || env.TRACEWRIGHT_URL || "http://127.0.0.1:8420").replace(/\/+$/, "");
const publicKey = env.LANGFUSE_PUBLIC_KEY || env.TRACEWRIGHT_PUBLIC_KEY || "pk-lf-examples";
const secretKey = env.LANGFUSE_SECRET_KEY || env.TRACEWRIGHT_SECRET_KEY || "sk-lf-only-for-examples";
const exporter = new OTLPTraceExporter({
  url: `${url}/api/public/otel/v1/traces`,
  headers: { Authorization: `Basic ${btoa(`${publicKey}:${secretKey}`)}` },
});
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "package-release" }),
  spanProcessors: [new BatchSpanProcessor(exporter)],
});
provider.register();
const tracer = trace.getTracer("package-release", "1.0.0");

const text = (role, content) => JSON.stringify([{ role, parts: [{ type: "text", content }] }]);
// Said once for the run: the calls below are of this workflow, agent, tenant and session without saying so.
const run = {
  "workflow.name": "package_release", "gen_ai.agent.name": "otel-releaser", "tenant.id": "globex", "session.id": "release-1.4.0",
};
const traceId = await tracer.startActiveSpan("workflow.package_release", { attributes: run }, async (top) => {
  for (const [name, persona, tokensIn, tokensOut, question, answer] of STAGES) {
    // Said once for the stage: its name, and the role that everything below is done in.
    const stage = { "stage.name": name, "stage.persona": persona };
    await tracer.startActiveSpan(`stage.${name}`, { attributes: stage }, async (span) => {
      const call = tracer.startSpan("chat gpt-4o-mini", { kind: SpanKind.CLIENT });
      await sleep(tokensOut); // Here a program would ask its model.
      call.setAttributes({
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.input.messages": text("user", question), "gen_ai.output.messages": text("assistant", answer),
        "gen_ai.usage.input_tokens": tokensIn, "gen_ai.usage.output_tokens": tokensOut,
      });
      call.end();
      span.setAttribute("stage.quality_gate_passed", true).end();
    });
  }
  top.end();
  return top.spanContext().traceId;
});
await provider.shutdown(); // Sends what is left.
console.log(`${url}/traces/${traceId}`);
