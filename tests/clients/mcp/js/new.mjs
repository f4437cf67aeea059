// The TypeScript client of the second era (@modelcontextprotocol/client 2.4.0): it finds out by itself which era the server
// speaks, answers a round, and checks the digests of skills as its own extension does.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { SkillsClient } from "@modelcontextprotocol/client/ext/skills";
import { HEADERS, ORDER, URL_OF, check, wholeOrder } from "./order.mjs";

const client = new Client(
  { name: "tracewright-tests", version: "1.0.0" },
  { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: "auto" } },
);
const rounds = [];
client.setRequestHandler("elicitation/create", async (request) => {
  rounds.push(request.params.message);
  return { action: "accept", content: { answer: request.params.requestedSchema.properties.answer.enum[0] } };
});
await client.connect(new StreamableHTTPClientTransport(URL_OF, { requestInit: { headers: HEADERS } }));
check(client.getNegotiatedProtocolVersion() === "2026-07-28", `fell back to ${client.getNegotiatedProtocolVersion()}`);

const codeOf = async (act) => {
  try {
    await act();
  } catch (cause) {
    return cause.code;
  }
};

await wholeOrder({
  name: "npm client 2.4.0",
  protocol: () => client.getNegotiatedProtocolVersion(),
  codeOf,
  tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
  call: (params) => client.callTool(params),
  read: async (uri) => {
    try {
      return (await client.readResource({ uri })).contents[0].text;
    } catch (cause) {
      if (cause.code !== -32602) throw cause;
    }
  },
});

const skills = new SkillsClient(client);
check(skills.supported, "the server names no skills");
const { skills: entries } = await skills.list();
check(entries.length > 0, "no skill is listed");
for (const entry of entries) {
  const file = await skills.read(entry);
  check(file.verified && file.body.includes("Round of the press"), `a skill that does not hold: ${entry.uri}`);
  check((await skills.get(entry.uri)).skill.resources[0].digest === entry.resources[0].digest, "two digests of one file");
}
check(rounds.length === 1 && rounds[0].includes(ORDER), `rounds: ${rounds}`);
await client.close();
