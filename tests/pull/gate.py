"""Stands before the source: passes requests on, writes them down, says 429 now and then, hides the newer routes if told to."""

import http.client
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from product import PATIENCE

NEWER = ("/api/public/v2/observations", "/api/public/v3/scores")
LISTS = (*NEWER, "/api/public/traces", "/api/public/observations", "/api/public/v2/scores", "/api/public/scores")
EVERY = 13
# Answered by the gate itself.
HERE = "/gate"


class Seen:
    """What one run asked for: its pages, in their order, and whether it asked who the server is."""

    def __init__(self):
        self.pages, self.asked_health = [], False


class Server(ThreadingHTTPServer):
    """Knows how many callers are connected."""

    def __init__(self, handler, changed):
        super().__init__(("127.0.0.1", 0), handler)
        self.daemon_threads = True
        self.changed, self.connected = changed, 0

    def process_request(self, *caller):
        with self.changed:
            self.connected += 1
        super().process_request(*caller)

    def shutdown_request(self, request):
        super().shutdown_request(request)
        with self.changed:
            self.connected -= 1
            self.changed.notify_all()

    def handle_error(self, *_):
        """A caller that was killed is what this is for."""


class Gate:
    """A server on a free loopback port before the one on `port`."""

    def __init__(self, port, is_legacy):
        self.port, self.is_legacy = port, is_legacy
        self.lock, self.seen, self.most = threading.Lock(), Seen(), None
        self.changed = threading.Condition(self.lock)
        self.asked, self.refused, self.refused_at, self.waits = 0, 0, None, []
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                gate.answer(self)

            def log_message(self, *_):
                pass

        self.server = Server(Handler, self.changed)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    @property
    def pages(self):
        return self.seen.pages

    def take(self):
        """What was asked for since the last time."""
        with self.lock:
            taken, self.seen = self.seen, Seen()
            # Whoever was told to wait and was killed meanwhile starts again when it likes.
            self.refused_at = None
        return taken

    def hold_after(self, pages):
        """After so many pages whoever asks for one more waits, until this is called again; `None`: never."""
        with self.changed:
            self.most = pages
            self.changed.notify_all()

    def settle(self):
        """Returns when nothing is under way: what a caller asked for before it was killed belongs to its own run."""
        # Callers are let in one after the other: once this one is, all before it have been.
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=PATIENCE)
        connection.request("GET", HERE)
        connection.getresponse().read()
        connection.close()
        with self.changed:
            if not self.changed.wait_for(lambda: self.server.connected == 0, timeout=PATIENCE):
                raise SystemExit("a killed pull is still connected")

    def hasty(self):
        """Waits shorter than the second that was asked for, in seconds."""
        return [wait for wait in self.waits if wait < 0.99]

    def answer(self, handler):
        path = urlsplit(handler.path).path
        if path == HERE:
            return send(handler, 200, b"{}")
        if self.is_legacy and path in NEWER:
            return send(handler, 404, b'{"message":"no such route","error":"LangfuseNotFoundError"}')
        if self.is_refused(handler.path, path):
            return send(handler, 429, b'{"message":"too many requests"}', {"Retry-After": "1"})
        with self.changed:
            self.changed.wait_for(lambda: path not in LISTS or self.most is None or len(self.seen.pages) < self.most)
        status, body = self.pass_on(handler)
        is_page = status == 200 and path in LISTS and parse_qs(urlsplit(handler.path).query).get("limit") != ["1"]
        with self.lock:
            if is_page:
                self.seen.pages.append(handler.path)
            self.seen.asked_health |= path == "/api/public/health"
        return send(handler, status, body)

    def is_refused(self, target, path):
        """Every so many requests for a list are refused, and it is noted when the next one comes."""
        now = time.monotonic()
        with self.lock:
            if self.refused_at is not None:
                self.waits.append(now - self.refused_at)
                self.refused_at = None
            if path not in LISTS:
                return False
            self.asked += 1
            if self.asked % EVERY == 0:
                self.refused += 1
                self.refused_at = now
                return True
        return False

    def pass_on(self, handler):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", handler.path, headers={"Authorization": handler.headers.get("Authorization", "")})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body


def send(handler, status, body, headers=None):
    try:
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)
    except OSError:  # whoever asked was killed
        handler.close_connection = True
