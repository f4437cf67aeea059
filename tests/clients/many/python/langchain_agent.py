"""A LangGraph agent under OpenInference."""

import os

import otel  # noqa: F401
from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openinference.instrumentation import using_attributes
from openinference.instrumentation.langchain import LangChainInstrumentor

LangChainInstrumentor().instrument()


@tool
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


model = ChatOpenAI(model="gpt-4o-mini", base_url=os.environ["MODEL_URL"], api_key="none", use_responses_api=False)
agent = create_agent(model, [read_valve], system_prompt="You look after valves.")
with using_attributes(session_id=os.environ["SESSION"], user_id=os.environ["PERSON"]):
    print(agent.invoke({"messages": [{"role": "user", "content": os.environ["QUESTION"]}]})["messages"][-1].content)
