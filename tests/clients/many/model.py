"""A model on loopback that answers as OpenAI's chat completions do, and as Gemini does, so that real agent libraries run
without a provider.

Asked about a valve with a tool at hand it calls the tool; given the tool's result, or no tool, it answers. Each call
costs 40 tokens in, 8 of them from a cache, and 12 out (of Gemini's, 5 are thoughts): whoever adds them up right gets 52
for each call, and the price beside its model. Asked for a model that nobody has, it refuses, and that is no call.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWER = "Valve V-12 is shut."
TOKENS = 52
NOBODYS = "gpt-nobodys"
# Nano-dollars for one call, by the rates of the table that comes with the program.
PRICES = {
    "gpt-4o-mini": 32 * 150 + 8 * 75 + 12 * 600,
    "gemini-2.5-flash": 32 * 300 + 8 * 30 + 12 * 2500,
}
USAGE = {
    "prompt_tokens": 40,
    "completion_tokens": 12,
    "total_tokens": 52,
    "prompt_tokens_details": {"cached_tokens": 8},
    "completion_tokens_details": {"reasoning_tokens": 0},
}
REFUSAL = {"error": {"message": f"The model `{NOBODYS}` does not exist", "type": "invalid_request_error", "code": "model_not_found"}}
GEMINI_USAGE = {
    "promptTokenCount": 40,
    "cachedContentTokenCount": 8,
    "candidatesTokenCount": 7,
    "thoughtsTokenCount": 5,
    "totalTokenCount": 52,
}


def next_step(names, said):
    """The tool to call and its arguments while nobody has called it, else nothing: then the answer is due. Where a tool
    ends a run, it is called with the answer."""
    # Frameworks tell the result in messages of many roles; only the tool says this word.
    if names and "shut" not in json.dumps(said):
        return next((name for name in names if "valve" in name), names[0]), {"id": "V-12"}
    return ("final_answer", {"answer": ANSWER}) if "final_answer" in names else None


def message_for(asked):
    """The next message of OpenAI's form."""
    names = [tool["function"]["name"] for tool in asked.get("tools") or [] if "function" in tool]
    step = next_step(names, asked["messages"])
    if step is None:
        return {"role": "assistant", "content": in_fields(json.dumps(asked["messages"])) or ANSWER}
    function = {"name": step[0], "arguments": json.dumps(step[1])}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}


def in_fields(asked):
    """DSPy has no calls of tools: it asks for fields in words, the tool's name and arguments among them."""
    if "[[ ## next_tool_name ## ]]" in asked:
        name, arguments = ("finish", "{}") if "shut" in asked else ("read_valve", '{"id": "V-12"}')
        fields = {"next_thought": "I look.", "next_tool_name": name, "next_tool_args": arguments}
    elif "[[ ## answer ## ]]" in asked:
        fields = {"reasoning": "The tool said so.", "answer": ANSWER}
    else:
        return None
    return "".join(f"[[ ## {name} ## ]]\n{value}\n\n" for name, value in fields.items()) + "[[ ## completed ## ]]"


def gemini_for(asked):
    """The next answer of Gemini's form."""
    declared = [one for tool in asked.get("tools") or [] for one in tool.get("functionDeclarations") or []]
    step = next_step([one["name"] for one in declared], asked["contents"])
    part = {"functionCall": {"name": step[0], "args": step[1]}} if step else {"text": ANSWER}
    candidate = {"index": 0, "content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
    return {"candidates": [candidate], "usageMetadata": GEMINI_USAGE, "modelVersion": "gemini-2.5-flash", "responseId": "r-1"}


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send(200, json.dumps({"object": "list", "data": [{"id": "gpt-4o-mini", "object": "model"}]}).encode())

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "contents" in asked:
            self.server.calls += 1
            return self.gemini(json.dumps(gemini_for(asked)))
        if "messages" not in asked:
            return self.send(404, b'{"error":{"message":"only chat completions are spoken here"}}')
        if asked.get("model") == NOBODYS:
            return self.send(404, json.dumps(REFUSAL).encode())
        self.server.calls += 1
        message = message_for(asked)
        reason = "tool_calls" if message.get("tool_calls") else "stop"
        whole = {"id": "chatcmpl-1", "created": int(time.time()), "model": asked.get("model", "gpt-4o-mini")}
        if asked.get("stream"):
            return self.stream(whole, message, reason, asked)
        choice = {"index": 0, "message": message, "finish_reason": reason}
        self.send(200, json.dumps(whole | {"object": "chat.completion", "choices": [choice], "usage": USAGE}).encode())

    def gemini(self, answer):
        if ":streamGenerateContent" in self.path:
            return self.send(200, f"data: {answer}\r\n\r\n".encode(), "text/event-stream")
        self.send(200, answer.encode())

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
