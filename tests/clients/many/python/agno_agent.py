"""agno under OpenInference."""

import os

import otel  # noqa: F401
from agno.agent import Agent
from agno.models.openai.like import OpenAILike
from openinference.instrumentation.agno import AgnoInstrumentor

AgnoInstrumentor().instrument()


def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


model = OpenAILike(id="gpt-4o-mini", base_url=os.environ["MODEL_URL"], api_key="none")
agent = Agent(name="inspector", model=model, tools=[read_valve], instructions="You look after valves.", telemetry=False)
print(agent.run(os.environ["QUESTION"]).content)
