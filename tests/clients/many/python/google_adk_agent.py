"""Google's ADK with its own spans, against Gemini's API."""

import asyncio
import os

import otel  # noqa: F401
from google.adk.agents import LlmAgent
from google.adk.runners import InMemoryRunner
from google.genai import types


def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


async def main():
    person, session = os.environ["PERSON"], os.environ["SESSION"]
    agent = LlmAgent(name="inspector", model="gemini-2.5-flash", instruction="You look after valves.", tools=[read_valve])
    runner = InMemoryRunner(agent=agent, app_name="valves")
    await runner.session_service.create_session(app_name="valves", user_id=person, session_id=session)
    question = types.Content(role="user", parts=[types.Part(text=os.environ["QUESTION"])])
    async for event in runner.run_async(user_id=person, session_id=session, new_message=question):
        print(event.content.parts if event.content else event)


asyncio.run(main())
