"""AutoGen's AgentChat with its own spans."""

import asyncio
import os

import otel  # noqa: F401
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_core.models import ModelInfo
from autogen_ext.models.openai import OpenAIChatCompletionClient


async def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


async def main():
    info = ModelInfo(vision=False, function_calling=True, json_output=True, family="gpt-4o", structured_output=False)
    client = OpenAIChatCompletionClient(model="gpt-4o-mini", base_url=os.environ["MODEL_URL"], api_key="none", model_info=info)
    agent = AssistantAgent(
        "inspector", model_client=client, tools=[read_valve], system_message="You look after valves.", reflect_on_tool_use=True
    )
    team = RoundRobinGroupChat([agent], max_turns=1)
    print((await team.run(task=os.environ["QUESTION"])).messages[-1].content)


asyncio.run(main())
