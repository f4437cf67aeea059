"""LlamaIndex's agent under OpenInference."""

import asyncio
import os

import otel  # noqa: F401
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai_like import OpenAILike
from openinference.instrumentation import using_attributes
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor

LlamaIndexInstrumentor().instrument()


def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


async def main():
    llm = OpenAILike(
        model="gpt-4o-mini", api_base=os.environ["MODEL_URL"], api_key="none", is_chat_model=True, is_function_calling_model=True
    )
    agent = FunctionAgent(name="inspector", tools=[read_valve], llm=llm, system_prompt="You look after valves.", streaming=False)
    with using_attributes(session_id=os.environ["SESSION"], user_id=os.environ["PERSON"]):
        print(await agent.run(os.environ["QUESTION"]))


asyncio.run(main())
