"""The Python SDK of the second era (mcp 2.3.0): it finds out by itself which era the server speaks, and answers a round."""

import asyncio

import httpx2
from mcp import Client as McpClient
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult

from order import HEADERS, URL, check, whole_order

ROUNDS = []


class Client:
    name = "python mcp 2.3.0"

    def __init__(self, client):
        self.client, self.protocol = client, client.protocol_version

    async def tools(self):
        return [tool.name for tool in (await self.client.list_tools()).tools]

    async def call(self, name, arguments, traceparent):
        meta = {"traceparent": traceparent} if traceparent else None
        result = await self.client.call_tool(name, arguments, meta=meta)
        return bool(result.is_error), result.structured_content, result.content[0].text

    async def is_unknown_tool(self, name):
        try:
            await self.client.call_tool(name, {})
        except MCPError as cause:
            return cause.error.code == -32602
        return False

    async def read(self, uri):
        try:
            return (await self.client.read_resource(uri)).contents[0].text
        except MCPError as cause:
            if cause.error.code != -32602:
                raise
            return None


async def answer(_, params):
    """The person at the client chooses the first of what may be answered."""
    ROUNDS.append(params.message)
    choices = params.requested_schema["properties"]["answer"]["enum"]
    return ElicitResult(action="accept", content={"answer": choices[0]})


async def main():
    async with httpx2.AsyncClient(headers=HEADERS, timeout=60) as http:
        transport = streamable_http_client(URL, http_client=http)
        async with McpClient(transport, elicitation_callback=answer) as client:
            check(client.protocol_version == "2026-07-28", f"fell back to {client.protocol_version}")
            await whole_order(Client(client))
    check(len(ROUNDS) == 1, f"{len(ROUNDS)} rounds: {ROUNDS}")


asyncio.run(main())
