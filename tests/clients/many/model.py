"""A model on loopback that answers as OpenAI's chat completions do, so that real agent libraries run without a provider.

Asked about a valve with a tool at hand it calls the tool; given the tool's result, or no tool, it answers. Each call
costs 40 tokens in, 8 of them from a cache, and 12 out: whoever adds them up right gets 52 for each call.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWER = "Valve V-12 is shut."
USAGE = {
    "prompt_tokens": 40,
    "completion_tokens": 12,
    "total_tokens": 52,
    "prompt_tokens_details": {"cached_tokens": 8},
    "completion_tokens_details": {"reasoning_tokens": 0},
}


def message_for(asked):
    """The tool's call while nobody has called it, else the answer; by the tool that ends a run, where there is one."""
    tools = {tool["function"]["name"]: tool for tool in asked.get("tools") or [] if "function" in tool}
    # Frameworks tell the result in messages of many roles; only the tool says this word.
    has_result = "shut" in json.dumps(asked["messages"])
    if tools and not has_result:
        name = next((n for n in tools if "valve" in n), next(iter(tools)))
        return call(name, {"id": "V-12"})
    if "final_answer" in tools:
        return call("final_answer", {"answer": ANSWER})
    return {"role": "assistant", "content": ANSWER}


def call(name, arguments):
    function = {"name": name, "arguments": json.dumps(arguments)}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send(200, json.dumps({"object": "list", "data": [{"id": "gpt-4o-mini", "object": "model"}]}).encode())

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "messages" not in asked:
            return self.send(404, b'{"error":{"message":"only chat completions are spoken here"}}')
        self.server.calls += 1
        message = message_for(asked)
        reason = "tool_calls" if message.get("tool_calls") else "stop"
        whole = {"id": "chatcmpl-1", "created": int(time.time()), "model": asked.get("model", "gpt-4o-mini")}
        if asked.get("stream"):
            return self.stream(whole, message, reason, asked)
        choice = {"index": 0, "message": message, "finish_reason": reason}
        self.send(200, json.dumps(whole | {"object": "chat.completion", "choices": [choice], "usage": USAGE}).encode())

    def stream(self, whole, message, reason, asked):
        for number, tool in enumerate(message.get("tool_calls") or []):
            tool["index"] = number
        pieces = [{"delta": message, "finish_reason": None}, {"delta": {}, "finish_reason": reason}]
        chunks = [whole | {"object": "chat.completion.chunk", "choices": [{"index": 0} | piece]} for piece in pieces]
        if (asked.get("stream_options") or {}).get("include_usage"):
            chunks.append(whole | {"object": "chat.completion.chunk", "choices": [], "usage": USAGE})
        lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks] + ["data: [DONE]\n\n"]
        self.send(200, "".join(lines).encode(), "text/event-stream")

    def send(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def start():
    """The model on a free port of loopback; `calls` counts what it was asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    server.calls = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
