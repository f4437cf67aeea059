// Langfuse's JavaScript SDK 3 as Flowise uses it: a trace, a span for the chain, a generation and a tool below it; then a
// thumb from the page of whoever asked, with LangfuseWeb and the public key alone.
import { Langfuse, LangfuseWeb } from "langfuse";

const { MODEL_URL, QUESTION, SESSION, PERSON, BASE_URL, LANGFUSE_PUBLIC_KEY } = process.env;
const tools = [{
  type: "function",
  function: {
    name: "read_valve",
    description: "Reads the state of a valve.",
    parameters: { type: "object", properties: { id: { type: "string" } } },
  },
}];
const messages = [{ role: "system", content: "You look after valves." }, { role: "user", content: QUESTION }];

const langfuse = new Langfuse({ sdkIntegration: "Flowise" });
const trace = langfuse.trace({ name: "inspector", sessionId: SESSION, userId: PERSON, metadata: { tags: ["openai-assistant"] } });
const chain = trace.span({ name: "agent", input: { text: QUESTION } });

async function ask() {
  const generation = chain.generation({ name: "ChatOpenAI", model: "gpt-4o-mini", input: { messages: [...messages], tools } });
  const answer = await fetch(`${MODEL_URL}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-4o-mini", messages, tools }),
  });
  const { choices, usage } = await answer.json();
  generation.end({ output: choices[0].message, usage });
  await langfuse.flushAsync();
  return choices[0].message;
}

const asked = await ask();
const [call] = asked.tool_calls;
const tool = chain.span({ name: call.function.name, input: JSON.parse(call.function.arguments) });
tool.end({ output: "shut" });
messages.push(asked, { role: "tool", tool_call_id: call.id, content: "shut" });
const { content } = await ask();
chain.end({ output: { output: content } });
trace.update({ input: { text: QUESTION }, output: { output: content } });
console.log(content);
await langfuse.shutdownAsync();

const page = new LangfuseWeb({ publicKey: LANGFUSE_PUBLIC_KEY, baseUrl: BASE_URL });
await page.score({ traceId: trace.id, name: "thumb", value: 1, comment: "helped" });
