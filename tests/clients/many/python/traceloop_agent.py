"""Traceloop's SDK around OpenAI's own client."""

import os

from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import agent, tool

pair = os.environ["OTEL_EXPORTER_OTLP_HEADERS"].removeprefix("Authorization=")
Traceloop.init(
    app_name="valves", api_endpoint=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"], headers={"Authorization": pair.replace("%20", " ")},
    disable_batch=True, telemetry_enabled=False,
)
Traceloop.set_association_properties({"session_id": os.environ["SESSION"], "user_id": os.environ["PERSON"], "plant": "north"})
from openai_loop import inspect  # noqa: E402


@tool(name="read_valve")
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


@agent(name="inspector")
def inspector(question):
    return inspect(read_valve)


print(inspector(os.environ["QUESTION"]))
