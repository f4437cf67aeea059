"""Langfuse Python 4 and 5: OpenTelemetry spans as protobuf. Prints what it sent as one line of JSON."""

import json
import os
from importlib.metadata import version

from langfuse import Langfuse, propagate_attributes

number = version("langfuse")
name = f"fault-code-spans-{number.split('.')[0]}"
client = Langfuse(base_url=os.environ["BASE_URL"])
assert client.auth_check(), "the key pair was not accepted"

facts = json.loads(os.environ.get("ORDER_METADATA", "{}"))
tags = ["press"] + ([os.environ["ORDER_TAG"]] if "ORDER_TAG" in os.environ else [])
with propagate_attributes(trace_name=name, session_id="shift-1", user_id="line-4", tags=tags, metadata=facts):
    with client.start_as_current_observation(name="assistant", as_type="agent", input={"question": "E-17?"}) as agent:
        with client.start_as_current_observation(
            name="answer",
            as_type="generation",
            model="gpt-4o-mini",
            model_parameters={"temperature": 0.1},
            input=[{"role": "user", "content": "What does fault code E-17 mean?"}],
        ) as answer:
            answer.update(
                output={"role": "assistant", "content": "E-17: the guard door is open. Close it and reset."},
                usage_details={"input": 42, "output": 13},
            )
        agent.update(output={"answer": "Close the guard door and reset."})
        client.score_current_trace(name="helpful", value=1, data_type="NUMERIC", comment="read on the line")
        trace_id = agent.trace_id
client.flush()
client.shutdown()
print(json.dumps({"client": f"langfuse Python {number}", "trace_id": trace_id, "name": name}))
