// Mastra 0.24 with its exporter for Langfuse, which brings Langfuse's SDK of version 3: batches.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { createTool } from "@mastra/core/tools";
import { LangfuseExporter } from "@mastra/langfuse";
import { z } from "zod";

const { MODEL_URL, QUESTION, SESSION, PERSON, BASE_URL, LANGFUSE_PUBLIC_KEY, LANGFUSE_SECRET_KEY } = process.env;
const exporter = new LangfuseExporter({
  publicKey: LANGFUSE_PUBLIC_KEY,
  secretKey: LANGFUSE_SECRET_KEY,
  baseUrl: BASE_URL,
  realtime: true,
});
const openai = createOpenAICompatible({ name: "openai", baseURL: MODEL_URL, apiKey: "none" });
const inspector = new Agent({
  name: "inspector",
  instructions: "You look after valves.",
  model: openai("gpt-4o-mini"),
  tools: {
    read_valve: createTool({
      id: "read_valve",
      description: "Reads the state of a valve.",
      inputSchema: z.object({ id: z.string() }),
      execute: async () => "shut",
    }),
  },
});
const mastra = new Mastra({
  agents: { inspector },
  logger: false,
  observability: { configs: { langfuse: { serviceName: "valves", exporters: [exporter] } } },
});
const answer = await mastra.getAgent("inspector").generate(QUESTION, {
  maxSteps: 4,
  tracingOptions: { metadata: { userId: PERSON, sessionId: SESSION, plant: "north" } },
});
console.log(answer.text);
await exporter.shutdown();
