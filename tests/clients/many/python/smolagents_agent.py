"""smolagents under OpenInference."""

import os

import otel  # noqa: F401
from openinference.instrumentation.smolagents import SmolagentsInstrumentor
from smolagents import OpenAIServerModel, ToolCallingAgent, tool

SmolagentsInstrumentor().instrument()


@tool
def read_valve(id: str) -> str:
    """Reads the state of a valve.

    Args:
        id: the valve's name
    """
    return "shut"


model = OpenAIServerModel("gpt-4o-mini", api_base=os.environ["MODEL_URL"], api_key="none")
agent = ToolCallingAgent(tools=[read_valve], model=model, instructions="You look after valves.", max_steps=4)
print(agent.run(os.environ["QUESTION"]))
