"""The Python SDK of the first era (mcp 1.30.0): a session with its handshake."""

import asyncio

import httpx
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import McpError

from order import HEADERS, URL, whole_order


class Client:
    name = "python mcp 1.30.0"

    def __init__(self, session, protocol):
        self.session, self.protocol = session, protocol

    async def tools(self):
        return [tool.name for tool in (await self.session.list_tools()).tools]

    async def call(self, name, arguments, traceparent):
        meta = {"traceparent": traceparent} if traceparent else None
        result = await self.session.call_tool(name, arguments, meta=meta)
        return bool(result.isError), result.structuredContent, result.content[0].text

    async def is_unknown_tool(self, name):
        try:
            await self.session.call_tool(name, {})
        except McpError as cause:
            return cause.error.code == -32602
        return False

    async def read(self, uri):
        try:
            return (await self.session.read_resource(uri)).contents[0].text
        except McpError as cause:
            if cause.error.code != -32002:
                raise
            return None


async def main():
    async with httpx.AsyncClient(headers=HEADERS, timeout=60) as http:
        async with streamable_http_client(URL, http_client=http) as (reading, writing, _):
            async with ClientSession(reading, writing) as session:
                shaken = await session.initialize()
                await whole_order(Client(session, shaken.protocolVersion))


asyncio.run(main())
