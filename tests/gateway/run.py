"""The gateway against a scripted provider, killed in mid-load: every number is accounted for, every answered call is traced,
none is asked for twice; and what it adds to a call, beside direct calls in the same run.

`run.py sqlite [CALLS]` or `run.py postgres [CALLS]` (at TEST_DATABASE_URL); 400 calls unless told otherwise. Of the calls
10 % are streams that break off, 5 % are errors. GATEWAY_SEED repeats a run's choices.
"""

import http.client
import json
import os
import random
import socket
import statistics
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
sys.path.insert(0, str(HERE.parent / "kill"))
from product import PATIENCE, PUBLIC_KEY, SECRET_KEY, Product
from stored import new_database
from tables import Tables
from upstream import KEY, Upstream

PATH = "/gateway/openai/v1/chat/completions"
DIRECT = "/v1/chat/completions"
KILLS = 5
THREADS = 8


def how(chance):
    """How a call is to end."""
    drawn = chance.random()
    return "cut" if drawn < 0.10 else "error" if drawn < 0.15 else "stream" if drawn < 0.55 else "plain"


def trace_of(call):
    return f"{call + 1:032x}"


def ask(connection, path, call, kind, key):
    """Sends a call; the status, the whole answer, and seconds to its first byte and to its end."""
    body = json.dumps({"model": "gpt-scripted", "stream": kind in ("stream", "cut"),
                       "messages": [{"role": "user", "content": f"{call} {kind}"}]})
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    if isinstance(call, int):
        headers["traceparent"] = f"00-{trace_of(call)}-{call + 1:016x}-01"
    begun = time.perf_counter()
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    first = answer.read(1)
    first_byte = time.perf_counter() - begun
    text = first + answer.read()
    # A read of some bytes says nothing of a connection that ended before the first of them.
    announced = int(answer.headers.get("content-length") or len(text))
    if len(text) < announced:
        raise http.client.IncompleteRead(text, announced - len(text))
    return answer.status, text.decode(), first_byte, time.perf_counter() - begun


class Load:
    """Calls over a few connections; `ended` holds how each of them looked from here."""

    def __init__(self, port, plan):
        self.port, self.plan, self.ended = port, plan, {}
        self.next, self.lock = iter(range(len(plan))), threading.Lock()
        self.threads = [threading.Thread(target=self.run) for _ in range(THREADS)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()

    def run(self):
        connection = None
        while True:
            with self.lock:
                call = next(self.next, None)
            if call is None:
                return
            connection = connection or self.connect()
            try:
                status, text, *_ = ask(connection, PATH, call, self.plan[call], f"{PUBLIC_KEY}:{SECRET_KEY}")
                self.ended[call] = self.outcome(call, status, text)
            except (OSError, http.client.HTTPException):
                # Never sent again: whether it was passed on is what the ledger has to say.
                self.ended[call] = "broken off"
                connection.close()
                connection = None

    def outcome(self, call, status, text):
        end = "data: [DONE]\n\n" if self.plan[call] == "stream" else f'"answer to {call}"}}, "finish_reason": "stop"}}]}}'
        if status == 200 and text.endswith(end):
            return "answered"
        return "refused" if status in (401, 403, 404, 503) else "error"

    def connect(self):
        """Waits for a server that is being started anew; nothing is sent before it takes connections."""
        begun = time.monotonic()
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            try:
                connection.connect()
                return connection
            except OSError:
                if time.monotonic() - begun > PATIENCE:
                    raise
                time.sleep(0.05)


def under_load(product, plan):
    """All calls, with the server killed five times on the way."""
    load = Load(product.port, plan)
    load.start()
    for kill in range(1, KILLS + 1):
        wait("calls that end", lambda: len(load.ended) >= len(plan) * kill // (KILLS + 2) or None)
        product.kill()
        product.start()
    load.join()
    return load.ended


def wait(what, holds):
    """Asks again and again until it holds."""
    begun = time.monotonic()
    while (found := holds()) is None:
        if time.monotonic() - begun > PATIENCE:
            raise SystemExit(f"never happened: {what}")
        time.sleep(0.1)
    return found


def settle(product, tables):
    """Ends the server and starts it again, which accounts for all that the ones before it left."""
    product.stop()
    product.start()
    wait("every block is accounted for", lambda: (tables.open_blocks() == 0) or None)


class Checks:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def that(self, what, faults):
        print(f"{'ok' if not faults else 'FAILED':>7}  {what}", flush=True)
        for fault in list(faults)[:5]:
            print(f"         {fault}")
        self.passed, self.failed = self.passed + (not faults), self.failed + bool(faults)


def check(checks, plan, ended, asked, tables):
    blocks, rows = tables.blocks(), tables.calls()
    last = max((block["last"] for block in blocks), default=0)
    firsts = sorted((block["first"], block["last"]) for block in blocks)
    gaps = [pair for pair, (first, _) in zip(firsts, firsts[1:]) if pair[1] + 1 != first]
    checks.that(f"{len(blocks)} blocks follow on each other from 1 to {last}", gaps or ([] if firsts[0][0] == 1 else firsts[:1]))
    unused = {number for span in tables.unused() for number in range(span["first"], span["last"] + 1)}
    used = set(rows)
    wrong = [n for n in range(1, last + 1) if (n in used) == (n in unused)]
    checks.that(f"each of {last} numbers is a call ({len(used)}) or told as unused ({len(unused)})", wrong)
    checks.that("no call is under way any more", [n for n, row in rows.items() if row["state"] == "begun"])
    by_trace = {}
    for row in rows.values():
        by_trace.setdefault(row["trace"], []).append(row)
    twice = [trace for trace, found in by_trace.items() if len(found) > 1]
    checks.that("no call has two numbers", twice)
    traced = tables.traces()
    answered = [call for call, outcome in ended.items() if outcome == "answered"]
    lost = [call for call in answered if trace_of(call) not in traced]
    checks.that(f"every one of {len(answered)} answered calls is traced", lost)
    untold = [c for c in answered if [r["state"] for r in by_trace.get(trace_of(c), [])] != ["answered"]]
    checks.that("and has a number that says so", untold)
    doubled = [name for name, count in asked.items() if count > 1]
    checks.that(f"none of {len(asked)} calls came to the provider twice", doubled)
    unknown = [name for name in asked if trace_of(int(name)) not in by_trace]
    checks.that("whatever came to the provider has a number", unknown)
    counts = {outcome: sum(found == outcome for found in ended.values()) for outcome in sorted(set(ended.values()))}
    states = {state: sum(row["state"] == state for row in rows.values()) for state in sorted({r["state"] for r in rows.values()})}
    print(f"         {len(plan)} calls looked like this from outside: {counts}; by the ledger's numbers: {states}")
    checks.that("all calls were tried", [] if len(ended) == len(plan) else [len(ended)])


def smuggle(product):
    """Another call behind the head of one that asks for a WebSocket: the server reads no end of it. The first line of the answer."""
    body = json.dumps({"messages": [{"role": "user", "content": "smuggled plain"}]})
    inner = f"POST {DIRECT} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nAuthorization: Bearer {KEY}\r\n\r\n{body}"
    outer = (f"GET /gateway/openai/v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {PUBLIC_KEY}:{SECRET_KEY}\r\n"
             "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n")
    with socket.create_connection(("127.0.0.1", product.port), timeout=PATIENCE) as connection:
        connection.sendall((outer + inner).encode())
        return connection.recv(65536).split(b"\r\n")[0].decode()


def measure(product, upstream, count):
    """The same calls directly and through the gateway in turn, one at a time."""
    ways = {
        "direct": (http.client.HTTPConnection("127.0.0.1", upstream.port, timeout=PATIENCE), DIRECT, KEY),
        "gateway": (http.client.HTTPConnection("127.0.0.1", product.port, timeout=PATIENCE), PATH,
                    f"{PUBLIC_KEY}:{SECRET_KEY}"),
    }
    taken = {(kind, way, at): [] for kind in ("plain", "stream") for way in ways for at in ("first byte", "end")}
    for turn in range(count):
        for kind in ("plain", "stream"):
            for way in random.sample(list(ways), 2):
                connection, path, key = ways[way]
                _, _, first, end = ask(connection, path, f"measured-{kind}-{way}-{turn}", kind, key)
                taken[kind, way, "first byte"].append(first * 1000)
                taken[kind, way, "end"].append(end * 1000)
    print(f"\n{'milliseconds':<22} {'direct p50':>11} {'p99':>8} {'gateway p50':>12} {'p99':>8} {'added p50':>10} {'p99':>8}")
    for kind in ("plain", "stream"):
        for at in ("first byte", "end"):
            direct, gateway = (quantiles(taken[kind, way, at]) for way in ("direct", "gateway"))
            added = [there - here for here, there in zip(direct, gateway)]
            print(f"{kind + ', ' + at:<22} {direct[0]:>11.2f} {direct[1]:>8.2f} {gateway[0]:>12.2f} {gateway[1]:>8.2f} "
                  f"{added[0]:>10.2f} {added[1]:>8.2f}")
    print()


def quantiles(values):
    cut = statistics.quantiles(values, n=100, method="inclusive")
    return cut[49], cut[98]


def main(kind, calls=400):
    seed = int(os.environ.get("GATEWAY_SEED", random.randrange(1_000_000)))
    chance = random.Random(seed)
    print(f"{kind}, {calls} calls, GATEWAY_SEED={seed}")
    plan = [how(chance) for _ in range(calls)]
    database_url = new_database("gateway") if kind == "postgres" else None
    checks = Checks()
    with Upstream() as upstream:
        os.environ |= {
            "TRACEWRIGHT_GATEWAY_OPENAI_URL": upstream.url,
            "TRACEWRIGHT_GATEWAY_OPENAI_KEY": KEY,
            "TRACEWRIGHT_GATEWAY_PRIVATE_ADDRESSES": "true",
        }
        with Product(database_url) as product:
            ended = under_load(product, plan)
            tables = Tables(product.data, database_url)
            settle(product, tables)
            check(checks, plan, ended, dict(upstream.asked), tables)
            checks.that("the provider was shown its own key only", [upstream.server.wrong_keys] * bool(upstream.server.wrong_keys))
            said = smuggle(product)
            faults = [said] * (" 400 " not in said) + ["it came to the provider"] * upstream.asked["smuggled"]
            checks.that("a call behind another one is not passed on", faults)
            measure(product, upstream, max(50, min(500, calls // 4)))
            print(product.command("verify", "ledger").strip())
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
