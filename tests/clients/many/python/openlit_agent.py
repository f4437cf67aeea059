"""OpenLIT around OpenAI's own client."""

import os

import openlit

openlit.init(application_name="valves", environment="test", disable_metrics=True, disable_batch=True)
from openai_loop import inspect  # noqa: E402


@openlit.trace
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


@openlit.trace
def inspector(question):
    return inspect(read_valve)


print(inspector(os.environ["QUESTION"]))
