// The TypeScript SDK of the first era (@modelcontextprotocol/sdk 1.32.2): a session with its handshake.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { HEADERS, URL_OF, wholeOrder } from "./order.mjs";

const client = new Client({ name: "tracewright-tests", version: "1.0.0" });
const transport = new StreamableHTTPClientTransport(URL_OF, { requestInit: { headers: HEADERS } });
await client.connect(transport);

const codeOf = async (act) => {
  try {
    await act();
  } catch (cause) {
    return cause.code;
  }
};

await wholeOrder({
  name: "npm sdk 1.32.2",
  protocol: () => transport.protocolVersion,
  codeOf,
  tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
  call: (params) => client.callTool(params),
  read: async (uri) => {
    try {
      return (await client.readResource({ uri })).contents[0].text;
    } catch (cause) {
      if (cause.code !== -32002) throw cause;
    }
  },
});
await client.close();
