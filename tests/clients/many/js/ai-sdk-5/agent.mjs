// Vercel AI SDK 5 with its own telemetry, over a plain OTLP exporter; the answer comes as a stream.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "valves" }),
  spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

const { MODEL_URL, QUESTION, SESSION, PERSON } = process.env;
const openai = createOpenAICompatible({ name: "openai", baseURL: MODEL_URL, apiKey: "none", includeUsage: true });
const answer = streamText({
  model: openai("gpt-4o-mini"),
  system: "You look after valves.",
  prompt: QUESTION,
  tools: {
    read_valve: tool({
      description: "Reads the state of a valve.",
      inputSchema: z.object({ id: z.string() }),
      execute: async () => "shut",
    }),
  },
  stopWhen: stepCountIs(4),
  experimental_telemetry: {
    isEnabled: true,
    functionId: "inspector",
    metadata: { sessionId: SESSION, userId: PERSON, plant: "north" },
  },
});
console.log(await answer.text);
await provider.forceFlush();
await provider.shutdown();
