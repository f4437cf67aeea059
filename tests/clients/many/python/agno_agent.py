"""agno under OpenInference."""

import os

import otel  # noqa: F401
from agno.agent import Agent
from agno.models.openai.like import OpenAILike
from openinference.instrumentation import using_attributes
from openinference.instrumentation.agno import AgnoInstrumentor

AgnoInstrumentor().instrument()


def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


model = OpenAILike(id="gpt-4o-mini", base_url=os.environ["MODEL_URL"], api_key="none")
agent = Agent(name="inspector", model=model, tools=[read_valve], instructions="You look after valves.", telemetry=False)
with using_attributes(session_id=os.environ["SESSION"], user_id=os.environ["PERSON"]):
    print(agent.run(os.environ["QUESTION"]).content)
