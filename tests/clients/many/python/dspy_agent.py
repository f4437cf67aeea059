"""A ReAct module of DSPy under OpenInference: tools are named in words, the model answers in fields."""

import os

import otel  # noqa: F401
import dspy
from openinference.instrumentation import using_attributes
from openinference.instrumentation.dspy import DSPyInstrumentor

DSPyInstrumentor().instrument()


def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


dspy.configure(lm=dspy.LM("openai/gpt-4o-mini", api_base=os.environ["MODEL_URL"], api_key="none", cache=False))
inspector = dspy.ReAct(dspy.Signature("question -> answer", "You look after valves."), tools=[read_valve])
with using_attributes(session_id=os.environ["SESSION"], user_id=os.environ["PERSON"]):
    print(inspector(question=os.environ["QUESTION"]).answer)
