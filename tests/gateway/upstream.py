"""A provider of models on loopback that does what each call asks of it and counts how often it was asked."""

import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-of-the-upstream"


class Answers(BaseHTTPRequestHandler):
    """The call's only message says which call it is and how it is to end: `17 stream`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        name, how = asked["messages"][0]["content"].split()
        with self.server.lock:
            self.server.asked[name] += 1
            self.server.wrong_keys += self.headers["authorization"] != f"Bearer {KEY}"
        getattr(self, how)(name)

    def do_GET(self):
        self.whole(200, {"object": "list", "data": []})

    def plain(self, name):
        message = {"role": "assistant", "content": f"answer to {name}"}
        self.whole(200, {"id": f"c-{name}", "model": "gpt-scripted", "usage": {"prompt_tokens": 10, "completion_tokens": 3},
                         "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})

    def error(self, name):
        self.whole(500, {"error": {"message": f"no answer to {name}", "type": "server_error"}})

    def whole(self, status, body):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, name, pieces=6):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for piece in range(pieces):
            delta = {"id": f"c-{name}", "model": "gpt-scripted", "choices": [{"index": 0, "delta": {"content": f"{piece} "}}]}
            self.piece(f"data: {json.dumps(delta)}\n\n")
        if pieces == 6:
            usage = {"id": f"c-{name}", "choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": pieces}}
            self.piece(f"data: {json.dumps(usage)}\n\n")
            self.piece("data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

    def cut(self, name):
        self.stream(name, pieces=3)
        self.close_connection = True

    def piece(self, text):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(text.encode()), text.encode()))

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_):
        """Whoever goes in the middle of an answer is no error here."""


class Upstream:
    """Runs as long as the `with` block."""

    def __enter__(self):
        self.server = Server(("127.0.0.1", 0), Answers)
        self.server.lock, self.server.asked, self.server.wrong_keys = threading.Lock(), Counter(), 0
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def asked(self):
        return self.server.asked
