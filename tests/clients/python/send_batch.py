"""Langfuse Python 2: the low-level client, which posts JSON batches. Prints what it sent as one line of JSON."""

import json
import os
from importlib.metadata import version

from langfuse import Langfuse

client = Langfuse(host=os.environ["BASE_URL"])
assert client.auth_check(), "the key pair was not accepted"

trace = client.trace(name="fault-code-batch", session_id="shift-1", user_id="line-4", tags=["press", os.environ["ORDER_TAG"]])
search = trace.span(name="search-manual", input={"query": "E-17"})
answer = search.generation(
    name="answer",
    model="gpt-4o-mini",
    model_parameters={"temperature": 0.1},
    input=[{"role": "user", "content": "What does fault code E-17 mean?"}],
)
answer.end(
    output={"role": "assistant", "content": "E-17: the guard door is open. Close it and reset."},
    usage_details={"input": 42, "output": 13},
)
search.end(output=["manual p. 31"])
trace.score(name="helpful", value=1, comment="read on the line")
client.flush()
client.shutdown()
print(json.dumps({"client": f"langfuse Python {version('langfuse')}", "trace_id": trace.id, "name": "fault-code-batch"}))
