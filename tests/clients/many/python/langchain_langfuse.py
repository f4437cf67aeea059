"""The same LangGraph agent with Langfuse's handler."""

import os

from langchain.agents import create_agent
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langfuse import Langfuse, propagate_attributes
from langfuse.langchain import CallbackHandler

langfuse = Langfuse(base_url=os.environ["BASE_URL"])


@tool
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


model = ChatOpenAI(model="gpt-4o-mini", base_url=os.environ["MODEL_URL"], api_key="none", use_responses_api=False)
agent = create_agent(model, [read_valve], system_prompt="You look after valves.")
asked = {"messages": [{"role": "user", "content": os.environ["QUESTION"]}]}
with propagate_attributes(session_id=os.environ["SESSION"], user_id=os.environ["PERSON"]):
    print(agent.invoke(asked, config={"callbacks": [CallbackHandler()]})["messages"][-1].content)
langfuse.flush()
