"""Semantic Kernel's agent with its own diagnostics, content included."""

import asyncio
import os

import otel  # noqa: F401
from openai import AsyncOpenAI
from semantic_kernel.agents import ChatCompletionAgent
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion
from semantic_kernel.functions import kernel_function


class Valves:
    @kernel_function(name="read_valve", description="Reads the state of a valve.")
    def read_valve(self, id: str) -> str:
        return "shut"


async def main():
    client = AsyncOpenAI(base_url=os.environ["MODEL_URL"], api_key="none")
    service = OpenAIChatCompletion(ai_model_id="gpt-4o-mini", async_client=client)
    agent = ChatCompletionAgent(service=service, name="inspector", instructions="You look after valves.", plugins=[Valves()])
    print(await agent.get_response(os.environ["QUESTION"]))


asyncio.run(main())
