// LangGraph in JavaScript with the handler of langfuse-langchain: the batches of the older wire.
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { CallbackHandler } from "langfuse-langchain";
import { z } from "zod";

const { MODEL_URL, QUESTION, SESSION, PERSON } = process.env;
const handler = new CallbackHandler({ sessionId: SESSION, userId: PERSON, tags: ["press"], metadata: { plant: "north" } });
const readValve = tool(async () => "shut", {
  name: "read_valve",
  description: "Reads the state of a valve.",
  schema: z.object({ id: z.string() }),
});
const llm = new ChatOpenAI({ model: "gpt-4o-mini", apiKey: "none", configuration: { baseURL: MODEL_URL } });
const agent = createReactAgent({ llm, tools: [readValve], prompt: "You look after valves." });
const answer = await agent.invoke({ messages: [{ role: "user", content: QUESTION }] }, { callbacks: [handler] });
console.log(answer.messages.at(-1).content);
await handler.shutdownAsync();
