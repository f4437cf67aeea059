"""pydantic-ai under Logfire, which sends nothing home but to the address of the environment."""

import os

import logfire
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

# Whatever is named after a session would be scrubbed.
logfire.configure(send_to_logfire=False, service_name="valves", console=False, scrubbing=False)
logfire.instrument_pydantic_ai()

model = OpenAIChatModel("gpt-4o-mini", provider=OpenAIProvider(base_url=os.environ["MODEL_URL"], api_key="none"))
agent = Agent(model, name="inspector", system_prompt="You look after valves.")


@agent.tool_plain
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


with logfire.set_baggage(**{"session.id": os.environ["SESSION"], "user.id": os.environ["PERSON"]}):
    print(agent.run_sync(os.environ["QUESTION"]).output)
logfire.force_flush()
