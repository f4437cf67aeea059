// Plain OpenTelemetry JS: OTLP JSON with the GenAI attributes. Prints what it sent as one line of JSON.
import { createRequire } from "node:module";
import { trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

const { version } = createRequire(import.meta.url)("./node_modules/@opentelemetry/exporter-trace-otlp-http/package.json");
const name = "fault-code-otlp";
const keys = `${process.env.LANGFUSE_PUBLIC_KEY}:${process.env.LANGFUSE_SECRET_KEY}`;
const exporter = new OTLPTraceExporter({
  url: `${process.env.BASE_URL}/v1/traces`,
  headers: { Authorization: `Basic ${btoa(keys)}` },
});
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "press-assistant" }),
  spanProcessors: [new BatchSpanProcessor(exporter)],
});
provider.register();

const tracer = trace.getTracer("press-assistant", "1.0.0");
const traceId = tracer.startActiveSpan(name, { attributes: JSON.parse(process.env.ORDER_ATTRIBUTES) }, (root) => {
  tracer.startActiveSpan("chat gpt-4o-mini", (chat) => {
    chat.setAttributes({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o-mini",
      "gen_ai.usage.input_tokens": 42,
      "gen_ai.usage.output_tokens": 13,
      "gen_ai.input.messages": JSON.stringify([
        { role: "user", parts: [{ type: "text", content: "What does fault code E-17 mean?" }] },
      ]),
      "gen_ai.output.messages": JSON.stringify([
        { role: "assistant", parts: [{ type: "text", content: "E-17: the guard door is open." }], finish_reason: "stop" },
      ]),
    });
    chat.end();
  });
  root.end();
  return root.spanContext().traceId;
});
await provider.forceFlush();
await provider.shutdown();
console.log(JSON.stringify({ client: `OTLP JS exporter ${version}`, trace_id: traceId, name }));
