"""OpenAI's Agents SDK under OpenInference, over chat completions."""

import asyncio
import os

import otel  # noqa: F401
from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool
from openai import AsyncOpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

OpenAIAgentsInstrumentor().instrument()


@function_tool
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


client = AsyncOpenAI(base_url=os.environ["MODEL_URL"], api_key="none")
model = OpenAIChatCompletionsModel("gpt-4o-mini", openai_client=client)
agent = Agent(name="inspector", instructions="You look after valves.", model=model, tools=[read_valve])
with using_attributes(session_id=os.environ["SESSION"], user_id=os.environ["PERSON"]):
    print(asyncio.run(Runner.run(agent, os.environ["QUESTION"])).final_output)
