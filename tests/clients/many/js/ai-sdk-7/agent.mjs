// Vercel AI SDK 7 with Langfuse's integration and span processor: OTLP JSON.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { LangfuseSpanProcessor } from "@langfuse/otel";
import { propagateAttributes } from "@langfuse/tracing";
import { LangfuseVercelAiSdkIntegration } from "@langfuse/vercel-ai-sdk";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { generateText, registerTelemetry, stepCountIs, tool } from "ai";
import { z } from "zod";

const { MODEL_URL, QUESTION, SESSION, PERSON } = process.env;
const processor = new LangfuseSpanProcessor();
const provider = new NodeTracerProvider({ spanProcessors: [processor] });
provider.register();
registerTelemetry(new LangfuseVercelAiSdkIntegration());

const openai = createOpenAICompatible({ name: "openai", baseURL: MODEL_URL, apiKey: "none" });
const ask = () =>
  generateText({
    model: openai("gpt-4o-mini"),
    instructions: "You look after valves.",
    prompt: QUESTION,
    tools: {
      read_valve: tool({
        description: "Reads the state of a valve.",
        inputSchema: z.object({ id: z.string() }),
        execute: async () => "shut",
      }),
    },
    stopWhen: stepCountIs(4),
    runtimeContext: { plant: "north" },
    telemetry: { functionId: "inspector", includeRuntimeContext: { plant: true } },
  });
const answer = await propagateAttributes({ userId: PERSON, sessionId: SESSION, tags: ["press"] }, ask);
console.log(answer.text);
await processor.forceFlush();
await provider.shutdown();
