"""smolagents under OpenInference."""

import os

import otel  # noqa: F401
from openinference.instrumentation import using_attributes
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
with using_attributes(session_id=os.environ["SESSION"], user_id=os.environ["PERSON"]):
    print(agent.run(os.environ["QUESTION"]))
