"""Clients of MCP that we did not write do a whole order each; a person answers, completes, and the record is looked at.

Two are of the first era (a handshake, 2025-11-25), two of the second (2026-07-28). Those of the second answer what is asked in
a round of their own; for the others a person answers on our page. No trace is named to us but by `traceparent`.
"""

import base64
import json
import os
import re
import secrets
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from product import EMAIL, PASSWORD, PATIENCE, PUBLIC_KEY, ROOT, SECRET_KEY, Browser, Product

HERE = Path(__file__).parent
AGENT_PUBLIC, AGENT_SECRET = "pk-lf-agent-of-the-press", "sk-lf-agent-of-the-press-7f3a"
PROCEDURE = """# Round of the press

## Header

| Field | Value |
|-------|-------|
| **Type** | Preventive |
| **Priority** | MEDIUM |

## Safety Notes

- The plate is hot

## Step 1: Look

- [ ] It is shut
- [ ] Pressure

## Completion Criteria

- It holds 6 bar

<!-- What the parts of this work order ask for
{
"1.2": {"asks":{"kind":"number","unit":"bar","least":"0","most":"6.5","outside_fails":true,"options":[]}}
}
-->
"""


def python(version, program):
    return [str(ROOT / f"target/test-tools/mcp-{version}/bin/python"), str(HERE / program)]


def node(program):
    return ["node", str(HERE / "js" / program)]


# The program, whom the order is given to, and how what it asks is answered.
CLIENTS = [
    (python("1.30.0", "old.py"), "agent", "answered"),
    (python("2.3.0", "new.py"), "owner", "relayed"),
    (node("old.mjs"), "owner", "answered"),
    (node("new.mjs"), "agent", "relayed"),
]


def option(page, label):
    """The account that a choice on a page stands for."""
    found = re.search(rf'<option value="([^"]+)"[^>]*>\s*{label}', page)
    if not found:
        raise SystemExit(f"no choice {label} on the page:\n{page}")
    return found[1]


def hire(person):
    """An agent and its key, made as a person makes them."""
    person.post("/people", kind="agent", name="Relay")
    account = option(person.get("/people/keys"), "Relay")
    fields = {"label": "Relay", "scope": ["ingest", "scores", "read"], "account": account}
    person.post("/people/keys", **fields, public_key=AGENT_PUBLIC, secret_key=AGENT_SECRET)
    return account


def write_procedure(person):
    person.post("/procedures/new", title="", text=PROCEDURE)
    person.post("/procedures/PR-001/versions/1/submit")
    page = person.get("/procedures/PR-001/versions/1")
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    person.post("/procedures/PR-001/versions/1/approve", seen=seen[1])


def approved_order(person, account):
    """The number of an order made from the procedure, given to an account and approved."""
    page = person.post("/procedures/PR-001/versions/1/make-order")
    number = Counter(re.findall(r"WO-\d{4}-\d{3,}", page)).most_common(1)[0][0]
    person.post(f"/work-orders/{number}/assign", account=account)
    person.post(f"/work-orders/{number}/transition", to="submitted")
    person.post(f"/work-orders/{number}/transition", to="approved", email=EMAIL, password=PASSWORD)
    return number


def work(program, person, number, trace, url):
    """Runs one client; where it asks and waits, a person answers on the page. Its last line says what it did."""
    pair = base64.b64encode(f"{AGENT_PUBLIC}:{AGENT_SECRET}".encode()).decode()
    told = {"MCP_URL": f"{url}/mcp", "MCP_AUTHORIZATION": f"Basic {pair}", "MCP_ORDER": number, "MCP_TRACE": trace}
    lines = []
    with subprocess.Popen(
        program, env=os.environ | told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as client:
        late = threading.Timer(PATIENCE, client.kill)
        late.start()
        for line in client.stdout:
            lines.append(line)
            if line.startswith("QUESTION "):
                person.post(f"/work-orders/{number}/questions/{line.split()[1]}/answer", answer="yes")
        late.cancel()
    if client.returncode != 0:
        raise SystemExit(f"{program} ended with {client.returncode}:\n{''.join(lines)}")
    return json.loads(lines[-1])


def send_trace(url, trace):
    """The trace comes after the calls, as spans do, and names no order."""
    span = {"id": f"{trace}-call", "traceId": trace, "name": "read the gauge", "output": "6.2 bar at rest"}
    at = "2026-11-21T09:00:00.000Z"
    batch = [
        {"id": f"{trace}-1", "type": "trace-create", "timestamp": at, "body": {"id": trace, "name": "round"}},
        {"id": f"{trace}-2", "type": "span-create", "timestamp": at, "body": span},
    ]
    pair = base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/public/ingestion", json.dumps({"batch": batch}).encode(), headers)
    urllib.request.urlopen(request, timeout=PATIENCE).read()


def ticks(order):
    parts = [item for step in order["steps"] for item in step["items"]] + order["criteria"]
    return [part["ticks"][-1] for part in parts]


def misses(person, told, agent, expected):
    """What is not in the record as it should be."""
    number, trace, missing = told["order"], told["trace"], []
    order = json.loads(person.get(f"/work-orders/{number}.json"))
    made = ticks(order)
    if len(made) != 3 or any(tick["by"]["id"] != agent or tick["by"]["kind"] != "agent" for tick in made):
        missing.append(f"three ticks by the agent: {made}")
    if person.get(f"/work-orders/{number}").count(trace) < 3:
        missing.append("the trace at the parts that were ticked under it")
    if told["state"] != expected or told["answer"] != "yes":
        missing.append(f"an answer that was {expected}: {told}")
    [question] = order["delegation"]["questions"]
    said = question.get("reply") or {}
    by_person = said.get("by", {}).get("kind") == "human"
    if by_person != (expected == "answered"):
        missing.append(f"whose answer it was: {question}")
    if expected == "relayed" and "as relayed by the agent" not in question["withdrawn"]["reason"]:
        missing.append(f"the mark of a relayed answer: {question}")
    if [decision["by"]["id"] for decision in order["delegation"]["decisions"]] != [agent]:
        missing.append("one decision of the agent")
    return missing


def complete(person, number):
    """Completing is a person's; no tool does it."""
    signed = {"email": EMAIL, "password": PASSWORD, "reason": "The press holds, as the ticks say"}
    person.post(f"/work-orders/{number}/transition", to="completed", outcome="achieved", **signed)
    return json.loads(person.get(f"/work-orders/{number}.json"))["status"]


def main():
    failed = 0
    with Product() as product:
        person = Browser(product.url)
        person.sign_in()
        accounts = {"agent": hire(person)}
        write_procedure(person)
        accounts["owner"] = option(person.get("/work-orders/new"), "[^<]*USR-001")
        print(f"{'client':<20} {'protocol':<12} {'order':<14} {'answer':<10} missing")
        for program, given_to, expected in CLIENTS:
            trace = secrets.token_hex(16)
            number = approved_order(person, accounts[given_to])
            if given_to == "owner":
                # Whoever has the order answers for having read what is dangerous about it, whoever works on it.
                person.post(f"/work-orders/{number}/acknowledge", version="1")
            told = work(program, person, number, trace, product.url)
            send_trace(product.url, trace)
            missing = misses(person, told, accounts["agent"], expected)
            if complete(person, number) != "completed":
                missing.append("completed by a person")
            failed += bool(missing)
            told_of = "; ".join(missing) or "-"
            print(f"{told['client']:<20} {told['protocol']:<12} {number:<14} {told['state']:<10} {told_of}", flush=True)
        if failed:
            print(product.log_tail())
    print(f"{len(CLIENTS) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
