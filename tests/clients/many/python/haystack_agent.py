"""Haystack's agent with langfuse-haystack, in a pipeline as its documentation has it."""

import os

os.environ["HAYSTACK_CONTENT_TRACING_ENABLED"] = "true"
from haystack import Pipeline
from haystack.components.agents import Agent
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.tools import tool
from haystack.utils import Secret
from haystack_integrations.components.connectors.langfuse import LangfuseConnector
from haystack_integrations.tracing.langfuse.tracer import tracing_context_var


@tool
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


generator = OpenAIChatGenerator(model="gpt-4o-mini", api_base_url=os.environ["MODEL_URL"], api_key=Secret.from_token("none"))
pipeline = Pipeline()
pipeline.add_component("tracer", LangfuseConnector("inspection"))
pipeline.add_component("inspector", Agent(chat_generator=generator, tools=[read_valve], system_prompt="You look after valves."))
tracing_context_var.set({"session_id": os.environ["SESSION"], "user_id": os.environ["PERSON"], "tags": ["press"]})
asked = {"inspector": {"messages": [ChatMessage.from_user(os.environ["QUESTION"])]}}
print(pipeline.run(data=asked)["inspector"]["last_message"].text)
