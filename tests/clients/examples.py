"""The ready clients of examples/ run as they stand; exactly the figures of their workflow must come out of metrics, API and pages.

Each has an installation to itself, so whatever else it sends is seen too. Nothing is waited for: whatever was taken is in every
figure by the time that its request is answered.
"""

import base64
import csv
import html
import json
import os
import re
import subprocess
import sys
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from product import PATIENCE, PUBLIC_KEY, ROOT, SECRET_KEY, Browser, Product

WORKFLOW, SESSION = "package_release", "release-1.4.0"
# Stage, persona, tokens.
STAGES = [
    ("version_bump", "backend-engineer", 850),
    ("quality_validation", "testing-specialist", 650),
    ("publish_deploy", "devops-engineer", 550),
]
ALL_TOKENS = 2050
# Persona: what it may use in all, what it had used before, what the run is to leave.
BUDGETS = {
    "backend-engineer": (2000, 28, 1122),
    "testing-specialist": (1500, 24, 826),
    "devops-engineer": (1800, 22, 1228),
}
# Top, stages, calls.
ALL = 1 + 3 + 3


def python(folder):
    return [ROOT / f"target/test-tools/example-{folder}/bin/python", ROOT / f"examples/{folder}/package_release.py"]


# Name, program, the variables that it is told by, agent, tenant.
OURS = ("TRACEWRIGHT_URL", "TRACEWRIGHT_PUBLIC_KEY", "TRACEWRIGHT_SECRET_KEY")
LANGFUSES = ("LANGFUSE_HOST", "LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY")
EXAMPLES = [
    ("python-langfuse", python("python-langfuse"), LANGFUSES, "langfuse-releaser", "acme"),
    ("otel-js", ["node", ROOT / "examples/otel-js/package_release.mjs"], OURS, "otel-releaser", "globex"),
    ("litellm", python("litellm"), OURS, "litellm-releaser", "initech"),
]


def run(program, names, product):
    """Runs an example, told of the product by these variables alone; gives the address that it prints."""
    others = {name: value for name, value in os.environ.items() if name not in OURS + LANGFUSES}
    told = dict(zip(names, (product.url, PUBLIC_KEY, SECRET_KEY)))
    done = subprocess.run(program, env=others | told, capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode != 0 or not done.stdout.strip():
        raise SystemExit(f"{program} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout.strip().splitlines()[-1]


def ask(product, path, **query):
    pair = base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
    address = product.url + path + ("?" + urlencode(query) if query else "")
    request = urllib.request.Request(address, headers={"Authorization": "Basic " + pair})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def sums(product, *fields):
    """Tokens and observations by a field or by several, as metrics have them."""
    now, day = datetime.now(timezone.utc), timedelta(days=1)
    query = {
        "view": "observations", "dimensions": [{"field": field} for field in fields], "filters": [],
        "metrics": [{"measure": "totalTokens", "aggregation": "sum"}, {"measure": "count", "aggregation": "count"}],
        "fromTimestamp": (now - day).isoformat(), "toTimestamp": (now + day).isoformat(),
    }
    rows = ask(product, "/api/public/metrics", query=json.dumps(query))["data"]
    key = (lambda row: row[fields[0]]) if len(fields) == 1 else (lambda row: tuple(row[field] for field in fields))
    return {key(row): (int(row["sum_totalTokens"] or 0), int(row["count_count"])) for row in rows}


def tree(observations, parent=None):
    """Name, tokens and what hangs below, of all that hang from one."""
    here = [one for one in observations if one["parentObservationId"] == parent]
    return [
        (
            "call" if one["type"] == "GENERATION" else one["name"].removeprefix("workflow.").removeprefix("stage."),
            one["usageDetails"].get("total", 0),
            tree(observations, one["id"]),
        )
        for one in sorted(here, key=lambda one: one["startTime"])
    ]


def set_budgets(person):
    """What each persona may use, by somebody who is signed in, before anything runs."""
    headers = {"Content-Type": "application/json", "Origin": person.url, "Sec-Fetch-Site": "same-origin"}
    for persona, (amount, before, _) in BUDGETS.items():
        asked = {"scope": "persona", "name": persona, "unit": "tokens", "period": "total", "amount": str(amount),
                 "already_used": str(before), "reason": "What the pilot may use"}
        request = urllib.request.Request(person.url + "/api/v1/budgets", json.dumps(asked).encode(), headers)
        with person.opener.open(request, timeout=PATIENCE) as answer:
            answer.read()


# The run in figures, whoever tells them.
WANTED = {
    "tokens by persona": {persona: tokens for _, persona, tokens in STAGES},
    "tokens": ALL_TOKENS,
    "left of budgets": {persona: left for persona, (_, _, left) in BUDGETS.items()},
    "gates": {(stage, "passed"): 1 for stage, _, _ in STAGES},
    "parents and children": (1, 3),
}
SWITCHES = {
    ("none", "backend-engineer"): 1,
    ("backend-engineer", "testing-specialist"): 1,
    ("testing-specialist", "devops-engineer"): 1,
}


def series(text):
    """Every sample of an exposition: name, labels, value."""
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, labels, value = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
            yield name, dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")), float(value)


def by(samples, wanted, *labels):
    """The samples of one name, added up by these labels."""
    found = {}
    for name, own, value in samples:
        if name == wanted:
            key = own[labels[0]] if len(labels) == 1 else tuple(own[label] for label in labels)
            found[key] = found.get(key, 0) + value
    return found


def of_metrics(samples):
    tokens = by(samples, "hypertool_persona_tokens_used_total", "persona")
    runs = by(samples, "tracewright_workflow_runs_total", "workflow", "result")
    stages = by(samples, "hypertool_workflow_stage_duration_seconds_count", "workflow", "stage", "persona")
    return {
        "tokens by persona": tokens,
        "tokens": sum(tokens.values()),
        "left of budgets": by(samples, "hypertool_persona_token_budget_remaining", "persona"),
        "gates": by(samples, "hypertool_workflow_quality_gate_total", "stage", "result"),
        "parents and children": (
            runs.get((WORKFLOW, "success")), sum(stages.get((WORKFLOW, stage, persona), 0) for stage, persona, _ in STAGES)),
    }


def of_api(product, person, trace_id, tenant):
    observations = ask(product, f"/api/public/traces/{trace_id}")["observations"]
    tops = [one["id"] for one in observations if one["parentObservationId"] is None]
    budgets = json.loads(person.get("/api/v1/budgets"))["data"]
    costs = json.loads(person.get(f"/api/v1/costs/tenants/{tenant}"))["agents"]
    return {
        "tokens by persona": {persona: tokens for persona, (tokens, _) in sums(product, "persona").items() if persona},
        "tokens": sum(agent["total_tokens"] for agent in costs.values()),
        "left of budgets": {one["name"]: int(one["remaining"]) for one in budgets},
        "gates": {of: count for of, (_, count) in sums(product, "stage", "gate").items() if of[1]},
        "parents and children": (len(tops), sum(one["parentObservationId"] in tops for one in observations)),
    }


def words(markup):
    """What is read of a piece of a page, digits put together."""
    plain = html.unescape(re.sub(r"<[^>]*>", " ", markup)).replace("\u202f", "")
    return " ".join(plain.split())


def rows(page, title):
    """The cells of the rows of a table, by what stands in the page before it."""
    panel = page.split(title, 1)[-1].split("</section>", 1)[0].split("<tr data-row")[1:]
    return [[words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)] for row in panel]


def of_pages(person):
    """What people read; budgets as both pages have them."""
    personas, workflows = person.get("/fleet/personas?range=24h"), person.get("/fleet/workflows?range=24h")
    workflow = person.get(f"/fleet/workflow?name={WORKFLOW}&range=24h")
    tile = re.search(r'<span class="label">Tokens</span>.*?<b>(.*?)</b>', workflow, re.S)
    panel = personas.split('id="budgets-title"', 1)[-1].split("</section>", 1)[0]
    beside = re.findall(r'<span class="name">(.*?)</span>\s*<b[^>]*>(.*?)</b>', panel, re.S)
    beside = {words(name): int(words(left).removesuffix(" left")) for name, left in beside}
    own = rows(person.get("/fleet/budgets"), 'aria-label="Budgets"')
    own = {row[0].split()[0]: int(row[2].removesuffix(" tokens left")) for row in own}
    gates = rows(workflows, 'id="gates-title"')
    gates = {row[0].split()[0]: re.search(r"(\d+) of (\d+)", row[-1]).groups() for row in gates}
    short = r"(\d+) stages?, (\d+) runs? in the last 24 hours; (\d+) passed"
    stages, runs, passed = re.search(short, words(workflows)).groups()
    return {
        "tokens by persona": {row[0]: int(row[-1]) for row in rows(personas, 'id="tokens-title"')},
        "tokens": int(words(tile[1])) if tile else None,
        "left of budgets": own if own == beside else (own, beside),
        "gates": {(gate, "passed"): int(n) for gate, (n, of) in gates.items() if n == of},
        "parents and children": (int(runs), int(stages)) if runs == passed else (runs, passed, stages),
    }


def told(product):
    """What is told to a reader of metrics on this machine, who needs no token."""
    with urllib.request.urlopen(product.url + "/metrics", timeout=PATIENCE) as answer:
        return list(series(answer.read().decode()))


def checks(product, person, address, agent, tenant):
    """What was found, and what must be, by what it is of."""
    traces = ask(product, "/api/public/traces")
    of_list = [(product.url + one["htmlPath"], one["sessionId"], len(one["observations"])) for one in traces["data"]]
    yield "traces", of_list, [(address, SESSION, ALL)]
    calls = [(stage, 0, [("call", tokens, [])]) for stage, _, tokens in STAGES]
    trace_id = address.rsplit("/", 1)[-1]
    yield "tree", tree(ask(product, f"/api/public/traces/{trace_id}")["observations"]), [(WORKFLOW, 0, calls)]
    # A stage and its call; the top is of no stage and no role.
    yield "stage", sums(product, "stage"), {None: (0, 1)} | {stage: (tokens, 2) for stage, _, tokens in STAGES}
    yield "persona", sums(product, "persona"), {None: (0, 1)} | {persona: (tokens, 2) for _, persona, tokens in STAGES}
    for field, name in (("workflow", WORKFLOW), ("agent", agent), ("tenant", tenant)):
        yield field, sums(product, field), {name: (ALL_TOKENS, ALL)}
    yield "gate", sums(product, "gate"), {"passed": (0, 3), None: (ALL_TOKENS, ALL - 3)}
    samples = told(product)
    everywhere = {
        "metrics": of_metrics(samples), "API": of_api(product, person, trace_id, tenant), "pages": of_pages(person)}
    for where, found in everywhere.items():
        for what, wanted in WANTED.items():
            yield f"{where}: {what}", found[what], wanted
    file = csv.DictReader(person.get("/fleet/personas.csv?range=24h").splitlines())
    of_file = {(row["from_persona"], row["to_persona"]): int(row["switches"]) for row in file}
    yield "metrics: switches", by(samples, "hypertool_persona_switches_total", "from_persona", "to_persona"), SWITCHES
    yield "pages: switches", of_file, SWITCHES
    personas = [persona for _, persona, _ in STAGES]
    # The address that was printed, and where all of a fleet is seen.
    for path, names in ((f"/traces/{trace_id}", [stage for stage, _, _ in STAGES]), ("/fleet", [agent, tenant, *personas])):
        page = person.get(path)
        yield f"page {path}", [name for name in names if name not in page], []


def main():
    failed = 0
    print(f"{'example':<18} {'trace':<34} not as it must be")
    for name, program, names, agent, tenant in EXAMPLES:
        with Product() as product:
            person = Browser(product.url)
            person.sign_in()
            set_budgets(person)
            address = run(program, names, product)
            wrong = [check for check in checks(product, person, address, agent, tenant) if check[1] != check[2]]
            failed += bool(wrong)
            told = ", ".join(what for what, _, _ in wrong)
            print(f"{name:<18} {address.rsplit('/', 1)[-1]:<34} {told or '-'}", flush=True)
            for what, found, wanted in wrong:
                print(f"  {what}\n    found  {found}\n    wanted {wanted}")
            if wrong:
                print(product.log_tail())
    print(f"{len(EXAMPLES) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
