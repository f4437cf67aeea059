"""Whether one load holds the others up: a technician ticks and somebody signs in while it goes on.

`bench/holds.py [LOAD ...] [--traces 50000] [--export-mib 512]` starts a server of its own for each load, on loopback and with a
scratch folder, runs one load at a time and prints, beside the bar, what ticks and sign-ins took meanwhile and the server's
peak of memory. Loads: quiet (nothing at all, for comparison), request, tags, growing, idle, sources, export, sign-ins. Everything ends by itself.
"""

import argparse
import base64
import http.client
import json
import os
import re
import socket
import stat
import statistics
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/tools"))
import product as tool  # noqa: E402
from filled import fill, order_in_work  # noqa: E402
from product import EMAIL, PASSWORD, PUBLIC_KEY, SECRET_KEY, Browser, Product  # noqa: E402

BAR = {"tick p95": 0.250, "sign-in": 2.0}
BASIC = "Basic " + base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
START = 1_795_940_000_000_000_000


class KeepsPost(urllib.request.HTTPRedirectHandler):
    """A 303 is the answer; nobody follows it."""

    def redirect_request(self, *_):
        return None


def send(server, path, body, patience=1_800):
    """Posts JSON under the project's key; gives the status and how long it took."""
    headers = {"Content-Type": "application/json", "Authorization": BASIC}
    began = time.monotonic()
    request = urllib.request.Request(server.url + path, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            answer.read()
            return answer.status, time.monotonic() - began
    except urllib.error.HTTPError as refused:
        return refused.code, time.monotonic() - began


def span(trace, name="s", attributes=()):
    return {"traceId": trace, "spanId": os.urandom(8).hex(), "name": name, "startTimeUnixNano": str(START),
            "endTimeUnixNano": str(START + 10**9), "attributes": list(attributes)}


def otlp(spans):
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).encode()


class Watch:
    """Ticks and signs in until it is told to stop."""

    def __init__(self, server):
        self.server, self.ended = server, threading.Event()
        self.ticks, self.entries, self.refused = [], [], {}
        self.threads = [threading.Thread(target=self.keep_ticking), threading.Thread(target=self.keep_entering)]

    def __enter__(self):
        self.browser = Browser(self.server.url)
        self.browser.sign_in()
        self.number, self.items = order_in_work(self.server)
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def timed(self, times, what, ask):
        began = time.monotonic()
        try:
            ask()
        except urllib.error.HTTPError as refused:
            if refused.code != 303:
                self.refused[what, refused.code] = self.refused.get((what, refused.code), 0) + 1
        except OSError as broken:
            self.refused[what, type(broken).__name__] = self.refused.get((what, type(broken).__name__), 0) + 1
        times.append(time.monotonic() - began)

    def keep_ticking(self):
        cookies = urllib.request.build_opener(*self.browser.opener.handlers[:0], KeepsPost, *[
            handler for handler in self.browser.opener.handlers if isinstance(handler, urllib.request.HTTPCookieProcessor)])
        turn = 0
        while not self.ended.wait(0.05):
            item, verb = self.items[turn % len(self.items)], "tick" if turn // len(self.items) % 2 == 0 else "undo"
            body = urllib.parse.urlencode({"target": item}).encode()
            request = urllib.request.Request(f"{self.server.url}/work-orders/{self.number}/{verb}", body,
                                             {"Origin": self.server.url, "Sec-Fetch-Site": "same-origin"})
            self.timed(self.ticks, "tick", lambda request=request: cookies.open(request, timeout=300))
            turn += 1

    def keep_entering(self):
        fresh = urllib.request.build_opener(KeepsPost)
        body = urllib.parse.urlencode({"email": EMAIL, "password": PASSWORD}).encode()
        while not self.ended.wait(1):
            request = urllib.request.Request(self.server.url + "/sign-in", body, {"Origin": self.server.url})
            self.timed(self.entries, "sign-in", lambda request=request: fresh.open(request, timeout=300))


def show(name, watch, peak_kib, took, said):
    ticks, entries = sorted(watch.ticks) or [0.0], sorted(watch.entries) or [0.0]
    p95 = ticks[min(len(ticks) - 1, int(len(ticks) * 0.95))]
    print(f"{name:<9} {took:6.1f} s | {len(ticks)} ticks: p50 {statistics.median(ticks) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, "
          f"max {ticks[-1] * 1000:.0f} ms | {len(entries)} sign-ins: p50 {statistics.median(entries) * 1000:.0f} ms, "
          f"max {entries[-1] * 1000:.0f} ms | memory peak {peak_kib / 1024:.0f} MiB | {said}", flush=True)
    print(f"          bar: tick p95 {BAR['tick p95'] * 1000:.0f} ms {'held' if p95 <= BAR['tick p95'] else 'MISSED'}, "
          f"sign-in {BAR['sign-in']:.0f} s {'held' if entries[-1] <= BAR['sign-in'] else 'MISSED'}"
          + (f", refused {watch.refused}" if watch.refused else ""), flush=True)


def peak(server):
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))


def measured(name, load, prepare=lambda server, options: None, options=None):
    with Product() as server:
        fill(server, 200)
        prepare(server, options)
        Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")
        began = time.monotonic()
        with Watch(server) as watch:
            time.sleep(1)
            said = load(server, options)
            time.sleep(1)
        show(name, watch, peak(server), time.monotonic() - began, said)


def many_traces(server, options):
    spans = [span(os.urandom(16).hex()) for _ in range(options.traces)]
    status, took = send(server, "/api/public/otel/v1/traces", otlp(spans))
    return f"{options.traces} traces in one request: {status} after {took:.1f} s"


def many_tags(server, _):
    tags = [f"tag-{number:06}" for number in range(100_000)]
    event = {"id": os.urandom(8).hex(), "type": "trace-create", "timestamp": "2026-11-29T12:00:00Z",
             "body": {"id": "tagged", "name": "tagged", "tags": tags}}
    status, took = send(server, "/api/public/ingestion", json.dumps({"batch": [event]}).encode())
    later = [send(server, "/api/public/ingestion", json.dumps({"batch": [
        {"id": os.urandom(8).hex(), "type": "span-create", "timestamp": "2026-11-29T12:00:01Z",
         "body": {"id": os.urandom(8).hex(), "traceId": "tagged", "name": "s"}}]}).encode())[1] for _ in range(20)]
    return f"100,000 tags: {status} after {took:.1f} s, then 20 spans one by one, the slowest {max(later) * 1000:.0f} ms"


def growing(server, _):
    trace = os.urandom(16).hex()
    first = [span(trace, attributes=[{"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4o-mini"}}])
             for _ in range(30_000)]
    status, took = send(server, "/api/public/otel/v1/traces", otlp(first))
    later = [send(server, "/api/public/otel/v1/traces", otlp([span(trace)]))[1] for _ in range(50)]
    return (f"a trace of 30,000 spans: {status} after {took:.1f} s, then 50 spans one by one, "
            f"p50 {statistics.median(later) * 1000:.0f} ms, the slowest {max(later) * 1000:.0f} ms")


def idle(server, _):
    held = []
    for number in range(1_100):
        one = socket.socket()
        one.settimeout(5)
        one.connect(("127.0.0.1", server.port))
        if number % 2:
            one.send(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                     b"Content-Length: 3000\r\n\r\nemail=")
        held.append(one)
    time.sleep(20)
    for one in held:
        one.close()
    return "1,100 connections that say nothing or do not end, a server with 1,024 descriptors"


def dead_sources(server, _):
    owner, dead = Browser(server.url), []
    owner.sign_in()
    for number in range(2):
        listener = socket.create_server(("127.0.0.1", 0))
        dead.append(listener)
        port = listener.getsockname()[1]
        try:
            owner.post("/integrations/langfuse", label=f"dead {number}", url=f"http://127.0.0.1:{port}", public_key="pk-x",
                       secret_key="sk-x", every_minutes="1")
        except urllib.error.HTTPError as refused:
            return f"NOT MEASURED: a source on loopback is refused here ({refused.code})"
    time.sleep(30)
    page = owner.get("/jobs")
    for listener in dead:
        listener.close()
    waiting = len(re.findall(r"Pull from a Langfuse server: dead", page))
    return f"two sources that take connections and never answer, for 30 s ({waiting} mentions on the page of jobs)"


def store_large_trace(server, options):
    """Bodies that do not shrink, 1 MiB each."""
    options.trace = os.urandom(16).hex()
    for _ in range(options.export_mib // 8 + 1):
        spans = []
        for _ in range(8):
            text = base64.b64encode(os.urandom(768 * 1024)).decode()
            spans.append(span(options.trace, attributes=[{"key": "input.value", "value": {"stringValue": text}}]))
        status, _ = send(server, "/api/public/otel/v1/traces", otlp(spans))
        if status != 200:
            raise SystemExit(f"the large trace was refused: {status}")


def export(server, options):
    owner = Browser(server.url)
    owner.sign_in()
    size = 0
    with owner.opener.open(f"{server.url}/traces/{options.trace}/export.jsonl", timeout=600) as answer:
        while chunk := answer.read(1 << 20):
            size += len(chunk)
    return f"an export of {size / (1 << 20):.0f} MiB"


def sign_ins(server, _):
    statuses = {}

    def enter(number):
        body = urllib.parse.urlencode({"email": f"nobody{number}@example.org", "password": "wrong horse 9 battery"})
        for _ in range(5):
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
            connection.request("POST", "/sign-in", body, {"Origin": server.url,
                                                          "Content-Type": "application/x-www-form-urlencoded"})
            status = connection.getresponse().status
            statuses[status] = statuses.get(status, 0) + 1
            connection.close()

    threads = [threading.Thread(target=enter, args=[number]) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return f"60 at once, 5 times, with addresses nobody has: {statuses}"


def with_few_files(run):
    """Runs with a server that may open 1,024 files."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "tracewright"
        script.write_text(f'#!/bin/sh\nulimit -n 1024\nexec "{tool.BINARY}" "$@"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        before, tool.BINARY = tool.BINARY, str(script)
        try:
            run()
        finally:
            tool.BINARY = before


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("loads", nargs="*")
    parser.add_argument("--traces", type=int, default=50_000)
    parser.add_argument("--export-mib", type=int, default=512)
    options = parser.parse_args()
    loads = {
        "quiet": lambda: measured("quiet", lambda *_: time.sleep(20) or "nothing goes on"),
        "request": lambda: measured("request", many_traces, lambda server, o: print("first:", many_traces(server, o)), options),
        "tags": lambda: measured("tags", many_tags),
        "growing": lambda: measured("growing", growing),
        "idle": lambda: with_few_files(lambda: measured("idle", idle)),
        "sources": lambda: measured("sources", dead_sources),
        "export": lambda: measured("export", export, store_large_trace, options),
        "sign-ins": lambda: measured("sign-ins", sign_ins),
    }
    for name in options.loads or loads:
        loads[name]()


if __name__ == "__main__":
    main()
