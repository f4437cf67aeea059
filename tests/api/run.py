"""The documented API under a fuzz that is driven by its own document: no 5xx, no status and no answer that it does not tell.

Once as an agent with its key, over an order that is given to it; then the commands that the page of the API prints are run as they
stand there. Once as a supervisor with a session, on PostgreSQL where TEST_DATABASE_URL names one. `run.py [NAME]` runs one of: agent,
printed, supervisor.
"""

import base64
import html
import http.cookiejar
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("tools", "kill")]
from product import EMAIL, ORDER, PASSWORD, PATIENCE, ROOT, Product
from stored import new_database

HERE = Path(__file__).parent
SCHEMATHESIS = ROOT / "target/test-tools/schemathesis/bin/schemathesis"
NUMBER = "WO-2026-001"
PUBLIC, SECRET = "pk-lf-relay-of-tests", "sk-lf-relay-of-tests-secret"
SUPERVISOR = "sam@example.org"
ROUND = """# Round of the press

| Field | Value |
|-------|-------|
| **Type** | Preventive |
| **Priority** | LOW |

## Step 1: Look

- [ ] It is shut

## Completion Criteria

- Nothing drips
"""


class Person:
    """Somebody at the pages, who keeps their cookie and posts forms as one would."""

    def __init__(self, url, email):
        self.url, self.jar = url, http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.post("/sign-in", email=email, password=PASSWORD)

    def get(self, path):
        with self.opener.open(self.url + path, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def post(self, path, **fields):
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        request = urllib.request.Request(self.url + path, body, {"Origin": self.url, "Sec-Fetch-Site": "same-origin"})
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"POST {path}: {refused.code}\n{refused.read().decode()[:3000]}") from None

    def cookie(self):
        return next(f"{cookie.name}={cookie.value}" for cookie in self.jar if cookie.name == "tw_session")


def api(url, path, body=None, method=None):
    """Asks as the agent does."""
    pair = base64.b64encode(f"{PUBLIC}:{SECRET}".encode()).decode()
    headers = {"Authorization": f"Basic {pair}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        raise SystemExit(f"{path}: {refused.code} {refused.read().decode()[:2000]}") from None


def seed(product):
    """An agent with a key, a supervisor, an order that the agent works on, a procedure in use, an asset with a meter."""
    product.command("import", str(ORDER))
    product.command("user", "add", SUPERVISOR, "--name", "Sam", "--role", "supervisor", "--password", PASSWORD)
    owner = Person(product.url, EMAIL)
    owner.post("/people", kind="agent", name="Relay")
    account = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>\s*Relay', owner.get("/people/keys")).group(1)
    owner.post("/people/keys", label="relay", scope=["ingest", "scores", "read"], account=account,
               public_key=PUBLIC, secret_key=SECRET)
    owner.post(f"/work-orders/{NUMBER}/assign", account=account)
    owner.post(f"/work-orders/{NUMBER}/transition", to="submitted")
    owner.post(f"/work-orders/{NUMBER}/transition", to="approved", email=EMAIL, password=PASSWORD)
    owner.post("/assets/new", code="PUMP-1", name="Pump 1", criticality="B")
    owner.post("/assets/PUMP-1/meters", name="Pressure", unit="bar", kind="gauge")
    owner.post("/procedures/new", title="Round of the press", text=ROUND)
    owner.post("/procedures/PR-001/versions/1/submit")
    digest = api(product.url, "/api/v1/procedures/PR-001")["versions"][0]["digest"]
    owner.post("/procedures/PR-001/versions/1/approve", seen=digest)
    order = api(product.url, f"/api/v1/orders/{NUMBER}")
    if order["safety"]["notes"]:
        api(product.url, f"/api/v1/orders/{NUMBER}/safety", {"version": order["safety"]["version"]})
    api(product.url, f"/api/v1/orders/{NUMBER}/transitions", {"to": "in_progress"})
    api(product.url, f"/api/v1/orders/{NUMBER}/log", {"title": "Begun", "lines": ["by the tests"]})
    for title in ("First", "Second", "Third"):
        api(product.url, "/api/v1/orders", {"plan": {"title": title, "document": [{"kind": "step", "text": "s"}]}})


def configuration(folder, meter, with_order):
    """The file beside this one, with the addresses of what was seeded."""
    text = (HERE / "schemathesis.toml").read_text()
    text += f'\n[[operations]]\ninclude-path-regex = "/meters/"\nparameters = {{ "path.code" = "PUMP-1", "path.meter" = "{meter}" }}\n'
    if with_order:
        text += f'\n[[operations]]\ninclude-path-regex = "/orders/\\\\{{number\\\\}}"\nparameters = {{ "path.number" = "{NUMBER}" }}\n'
    place = Path(folder) / f"schemathesis-{with_order}.toml"
    place.write_text(text)
    return place


def fuzz(product, name, header, with_order, phases):
    """One run; what it prints ends with every failure as a curl command."""
    meter = api(product.url, "/api/v1/assets/PUMP-1")["meters"][0]["id"]
    config = configuration(product.folder.name, meter, with_order)
    # One worker: CPython 3.11 counts the depth of all threads that parse in one number, and ends with "recursion depth mismatch" then.
    command = [
        str(SCHEMATHESIS), "--config-file", str(config), "--no-color", "run", f"{product.url}/api/v1/openapi.json",
        "--url", product.url, "--header", header, "--workers", "1", "--request-timeout", "60", "--max-failures", "20", "--phases", phases,
    ]
    print(f"\n-- {name}", flush=True)
    return subprocess.run(command, cwd=product.folder.name).returncode


def printed(product):
    """Runs the commands of the page as they stand on it."""
    page = Person(product.url, EMAIL).get("/api/docs")
    commands = [html.unescape(found) for found in re.findall(r'<div class="cmd"><code>(.*?)</code>', page, re.S)]
    keys = {"TRACEWRIGHT_PUBLIC_KEY": PUBLIC, "TRACEWRIGHT_SECRET_KEY": SECRET}
    failed = 0 if len(commands) == 4 else 1
    for command in commands:
        run = subprocess.run(["sh", "-c", command], env=os.environ | keys, capture_output=True, text=True, timeout=PATIENCE)
        try:
            answer = json.loads(run.stdout)
        except ValueError:
            answer = {}
        is_fine = run.returncode == 0 and not {"detail"} & answer.keys() and bool(answer)
        failed += not is_fine
        print(f"{'ok  ' if is_fine else 'FAIL'} {command}\n     {run.stdout[:200]}{run.stderr[:200]}", flush=True)
    return failed


def as_agent(product):
    pair = base64.b64encode(f"{PUBLIC}:{SECRET}".encode()).decode()
    words = "an agent, at the order that is given to it"
    return fuzz(product, words, f"Authorization:Basic {pair}", True, "examples,coverage,fuzzing")


def as_supervisor(product):
    cookie = Person(product.url, SUPERVISOR).cookie()
    return fuzz(product, "a supervisor, anywhere", f"Cookie:{cookie}", False, "examples,fuzzing")


def on_one(database_url, runs):
    """Which of some runs failed, and what the server says of its own faults."""
    with Product(database_url) as product:
        seed(product)
        failed = [name for name, run in runs.items() if run(product)]
        log = product.log.read_text(errors="replace").splitlines()
        faults = [line for line in log if "by our own fault" in line or "panicked" in line]
        print("\n".join(faults[:20]))
        if failed or faults:
            print(product.log_tail())
    return failed + ["faults"] * bool(faults)


def main(only=None):
    on_sqlite = {"agent": as_agent, "printed": printed}
    on_server = {"supervisor": as_supervisor}
    failed, count = [], 0
    for runs, is_server in ((on_sqlite, False), (on_server, True)):
        runs = {name: run for name, run in runs.items() if only in (None, name)}
        if not runs:
            continue
        url = new_database("api_fuzz") if is_server and os.environ.get("TEST_DATABASE_URL") else None
        failed += on_one(url, runs)
        count += len(runs)
    print(f"{count - len(failed)} passed, {len(failed)} failed: {', '.join(failed) or '-'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
