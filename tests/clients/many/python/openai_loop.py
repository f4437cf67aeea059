"""An agent written by hand on OpenAI's own client: a call that asks for the tool, and the call with its result."""

import json
import os

from openai import OpenAI

TOOL = {
    "type": "function",
    "function": {
        "name": "read_valve", "description": "Reads the state of a valve.",
        "parameters": {"type": "object", "properties": {"id": {"type": "string"}}},
    },
}


def inspect(read_valve):
    """Asks until the model answers."""
    client = OpenAI(base_url=os.environ["MODEL_URL"], api_key="none")
    messages = [{"role": "system", "content": "You look after valves."}, {"role": "user", "content": os.environ["QUESTION"]}]
    while True:
        message = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=[TOOL]).choices[0].message
        if not message.tool_calls:
            return message.content
        messages.append(message.model_dump(exclude_none=True))
        for call in message.tool_calls:
            result = read_valve(**json.loads(call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
