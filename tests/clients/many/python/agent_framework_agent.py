"""Microsoft's agent framework with its own telemetry."""

import asyncio
import os

import otel  # noqa: F401
from agent_framework.observability import enable_instrumentation
from agent_framework.openai import OpenAIChatCompletionClient

enable_instrumentation(enable_sensitive_data=True)


def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


async def main():
    client = OpenAIChatCompletionClient(model="gpt-4o-mini", base_url=os.environ["MODEL_URL"], api_key="none")
    agent = client.as_agent(name="inspector", instructions="You look after valves.", tools=[read_valve])
    print(await agent.run(os.environ["QUESTION"]))


asyncio.run(main())
