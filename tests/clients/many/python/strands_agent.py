"""Strands agents with their own telemetry."""

import os

from strands import Agent, tool
from strands.models.openai import OpenAIModel
from strands.telemetry import StrandsTelemetry

telemetry = StrandsTelemetry()
telemetry.setup_otlp_exporter()


@tool
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


model = OpenAIModel(client_args={"base_url": os.environ["MODEL_URL"], "api_key": "none"}, model_id="gpt-4o-mini")
agent = Agent(
    model=model, tools=[read_valve], system_prompt="You look after valves.", name="inspector", callback_handler=None,
    trace_attributes={"session.id": os.environ["SESSION"], "user.id": os.environ["PERSON"]},
)
print(agent(os.environ["QUESTION"]))
telemetry.tracer_provider.force_flush()
