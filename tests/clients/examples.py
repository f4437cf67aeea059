"""The ready clients of examples/ run as they stand; exactly the figures of their workflow must come out of the API.

Each has an installation to itself, so whatever else it sends is seen too.
"""

import base64
import json
import os
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


def sums(product, field):
    """Tokens and observations by a field, as metrics have them."""
    now, day = datetime.now(timezone.utc), timedelta(days=1)
    query = {
        "view": "observations", "dimensions": [{"field": field}], "filters": [],
        "metrics": [{"measure": "totalTokens", "aggregation": "sum"}, {"measure": "count", "aggregation": "count"}],
        "fromTimestamp": (now - day).isoformat(), "toTimestamp": (now + day).isoformat(),
    }
    rows = ask(product, "/api/public/metrics", query=json.dumps(query))["data"]
    return {row[field]: (int(row["sum_totalTokens"] or 0), int(row["count_count"])) for row in rows}


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


def checks(product, address, agent, tenant):
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
    person = Browser(product.url)
    person.sign_in()
    personas = [persona for _, persona, _ in STAGES]
    # The address that was printed, and where all of a fleet is seen.
    for path, words in ((f"/traces/{trace_id}", [stage for stage, _, _ in STAGES]), ("/fleet", [agent, tenant, *personas])):
        page = person.get(path)
        yield f"page {path}", [word for word in words if word not in page], []


def main():
    failed = 0
    print(f"{'example':<18} {'trace':<34} not as it must be")
    for name, program, names, agent, tenant in EXAMPLES:
        with Product() as product:
            address = run(program, names, product)
            wrong = [check for check in checks(product, address, agent, tenant) if check[1] != check[2]]
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
