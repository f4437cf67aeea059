"""A crew of one under OpenInference, its calls under that for OpenAI's client; then one more, whose model nobody has."""

import os
import tempfile

# Its settings and what crews said last would go to a person's own files.
kept = tempfile.TemporaryDirectory()
os.environ |= {"CREWAI_DISABLE_TELEMETRY": "true", "CREWAI_TRACING_ENABLED": "false", "HOME": kept.name}
import otel  # noqa: F401, E402
from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool
from openinference.instrumentation import using_attributes
from openinference.instrumentation.crewai import CrewAIInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor

# Listening to the crew's events it sees the calls itself.
listens = "CREW_EVENTS" in os.environ
CrewAIInstrumentor().instrument(use_event_listener=listens)
if not listens:
    OpenAIInstrumentor().instrument()


@tool("read_valve")
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


def inspect(model):
    """What a crew with this model says."""
    llm = LLM(model=model, provider="openai", base_url=os.environ["MODEL_URL"], api_key="none")
    inspector = Agent(role="inspector", goal="Know every valve", backstory="You look after valves.", tools=[read_valve], llm=llm)
    task = Task(description="{question}", expected_output="its state in one sentence", agent=inspector)
    return Crew(agents=[inspector], tasks=[task], tracing=False).kickoff(inputs={"question": os.environ["QUESTION"]})


with using_attributes(session_id=os.environ["SESSION"], user_id=os.environ["PERSON"]):
    print(inspect("gpt-4o-mini"))
    try:
        inspect("gpt-nobodys")
    except Exception as refused:
        print(refused)
    else:
        raise SystemExit("a model that nobody has answered")
