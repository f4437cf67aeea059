"""LiteLLM with its callback of the name `langfuse_otel`: a call with a tool, and the call with its result."""

import json
import os
import time

import litellm

litellm.callbacks = [os.environ.get("CALLBACK", "langfuse_otel")]
tool = {
    "type": "function",
    "function": {
        "name": "read_valve", "description": "Reads the state of a valve.",
        "parameters": {"type": "object", "properties": {"id": {"type": "string"}}},
    },
}
messages = [{"role": "system", "content": "You look after valves."}, {"role": "user", "content": os.environ["QUESTION"]}]
ask = lambda: litellm.completion(
    model="openai/gpt-4o-mini", api_base=os.environ["MODEL_URL"], api_key="none", messages=messages, tools=[tool],
    metadata={"session_id": os.environ["SESSION"], "trace_user_id": os.environ["PERSON"]},
).choices[0].message
first = ask()
call = first.tool_calls[0]
assert json.loads(call.function.arguments) == {"id": "V-12"}
messages += [first.model_dump(), {"role": "tool", "tool_call_id": call.id, "content": "shut"}]
print(ask().content)
time.sleep(4)
