"""A crew of one under OpenInference."""

import os

os.environ["CREWAI_DISABLE_TELEMETRY"] = "true"
import otel  # noqa: F401, E402
from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool
from openinference.instrumentation import using_attributes
from openinference.instrumentation.crewai import CrewAIInstrumentor

CrewAIInstrumentor().instrument(skip_dep_check=True)


@tool("read_valve")
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


llm = LLM(model="openai/gpt-4o-mini", base_url=os.environ["MODEL_URL"], api_key="none")
inspector = Agent(role="inspector", goal="Know every valve", backstory="You look after valves.", tools=[read_valve], llm=llm)
task = Task(description=os.environ["QUESTION"], expected_output="open or shut", agent=inspector)
with using_attributes(session_id=os.environ["SESSION"], user_id=os.environ["PERSON"]):
    print(Crew(agents=[inspector], tasks=[task], tracing=False).kickoff())
