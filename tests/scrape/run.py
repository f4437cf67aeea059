"""Metrics as Prometheus gets them: `promtool` finds nothing to say about them, and a real Prometheus scrapes the server with its token
and tells by its own API what was done there. What agents did is told in the very figures that were sent, also after a restart; the alerts
of ops/prometheus do as they say, and every panel of ops/grafana asks for something that is there.
"""

import base64
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import dashboards
import fleet
from product import ORDER, PATIENCE, PUBLIC_KEY, ROOT, SECRET_KEY, Browser, Product, free_port

TOKEN = "outside-tests-read-metrics"
OPENMETRICS = "application/openmetrics-text; version=1.0.0"
ALERTS = ROOT / "ops/prometheus"


def tool(name):
    """A program of the package `prometheus`: that of the system, else the one that `tests/tools/install` unpacked."""
    found = shutil.which(name) or shutil.which(name, path=str(ROOT / "target/test-tools/bin"))
    return found or sys.exit(f"{name} is missing: run tests/tools/install")


def wait(what, holds):
    """Asks again and again until it holds; gives what it came to."""
    begun = time.monotonic()
    while (found := holds()) is None:
        if time.monotonic() - begun > PATIENCE:
            raise SystemExit(f"never happened: {what}")
        time.sleep(0.1)
    return found


def check(faults, holds, what):
    print(f"{'ok' if holds else 'FAILED':>7}  {what}", flush=True)
    if not holds:
        faults.append(what)


def metrics(url, **headers):
    """Status, media type and text of an answer."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url + "/metrics", headers=headers), timeout=PATIENCE) as answer:
            return answer.status, answer.headers["content-type"], answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers["content-type"], refused.read().decode()


def send_spans(url, count):
    spans = [{"traceId": "5b8efff798038103d269b633813fc60c", "spanId": f"{number:016x}", "name": f"call {number}"}
             for number in range(1, count + 1)]
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}).encode()
    pair = base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {pair}"}
    request = urllib.request.Request(url + "/api/public/otel/v1/traces", body, headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return answer.status


class Prometheus:
    """A Prometheus on loopback that scrapes one server every second; its data goes away with it."""

    def __init__(self, target):
        self.folder = tempfile.TemporaryDirectory(prefix="tracewright-prometheus-")
        folder = Path(self.folder.name)
        self.log = folder / "prometheus.log"
        (folder / "token").write_text(TOKEN)
        self.config = folder / "prometheus.yml"
        self.config.write_text(
            "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n  evaluation_interval: 1s\n"
            f"rule_files: ['{ALERTS / 'tracewright.rules.yml'}']\n"
            "scrape_configs:\n  - job_name: tracewright\n"
            f"    authorization:\n      credentials_file: {folder / 'token'}\n"
            f"    static_configs:\n      - targets: ['{target}']\n"
        )
        self.port = free_port()
        self.process = None

    def __enter__(self):
        command = [tool("prometheus"), f"--config.file={self.config}", f"--web.listen-address=127.0.0.1:{self.port}",
                   f"--storage.tsdb.path={Path(self.folder.name) / 'data'}"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=self.folder.name, stdout=log, stderr=log)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def ask(self, what, **query):
        """An answer of its API; none while it does not give one."""
        address = f"http://127.0.0.1:{self.port}/api/v1/{what}?" + urllib.parse.urlencode(query)
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                return json.load(answer)["data"]
        except (urllib.error.URLError, OSError):
            if self.process.poll() is not None:
                raise SystemExit(f"Prometheus ended:\n{self.log.read_text(errors='replace')}") from None
            return None

    def values(self, query):
        """What each series of a query comes to now, those that come to no number left out."""
        found = (self.ask("query", query=query) or {}).get("result", [])
        values = [float(series["value"][1]) for series in found]
        return [value for value in values if not math.isnan(value)]

    def value(self, query):
        """What a query comes to now; none while it comes to nothing."""
        return next(iter(self.values(query)), None)

    def rules(self):
        """The alerts that were evaluated, and whether that went well."""
        groups = (self.ask("rules") or {}).get("groups", [])
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    def becomes(self, query, wanted):
        """Waits until a query comes to this; whether it did."""
        return wait(f"{query} is {wanted}", lambda: True if self.value(query) == wanted else None)


def promtool(*arguments):
    """What it has to say; nothing when all is well."""
    run = subprocess.run([tool("promtool"), *map(str, arguments)], capture_output=True, text=True)
    return "" if run.returncode == 0 and not run.stderr.strip() else run.stdout + run.stderr


def files(faults):
    """The files that are handed out, before anything runs."""
    for what in (["check", "config", ALERTS / "prometheus.yml"], ["check", "rules", ALERTS / "tracewright.rules.yml"],
                 ["test", "rules", ALERTS / "tracewright.test.yml"]):
        said = promtool(*what)
        check(faults, not said, f"promtool {what[0]} {what[1]} {said}")
    written = (ALERTS / "tracewright.rules.yml").read_text()
    headings = (ROOT / "docs/RUNBOOK.md").read_text().splitlines()
    for name in [line.split(": ")[1] for line in written.splitlines() if "- alert: " in line]:
        is_told = f"## {name}" in headings and f"runbook_url: docs/RUNBOOK.md#{name.lower()}\n" in written
        check(faults, is_told, f"{name} has a section in the runbook")
    said = dashboards.faults()
    check(faults, not said, f"dashboards are what Grafana reads {said}")


def look(url, faults):
    """What is answered to whom, and what promtool says of it."""
    status, _, said = metrics(url)
    check(faults, status == 401 and "metrics.token" in said, "without the token it says what is missing")
    check(faults, metrics(url, Authorization="Bearer outside-tests-read-metric")[0] == 401, "another token opens nothing")
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    status, kind, text = metrics(url, **bearer)
    check(faults, status == 200 and kind.startswith("text/plain; version=0.0.4"), "the token opens it, in the plain form")
    run = subprocess.run([tool("promtool"), "check", "metrics"], input=text, capture_output=True, text=True)
    check(faults, run.returncode == 0 and not run.stderr.strip(), f"promtool has nothing to say {run.stdout}{run.stderr}")
    status, kind, text = metrics(url, Accept=OPENMETRICS, **bearer)
    is_open = kind.startswith("application/openmetrics-text; version=1.0.0") and text.endswith("\n# EOF\n")
    check(faults, status == 200 and is_open, "and OpenMetrics for whoever asks")


def scrape(product, prometheus, faults):
    """What was done in the server is what Prometheus tells."""
    check(faults, prometheus.becomes("up", 1), "Prometheus reads the metrics")
    check(faults, prometheus.becomes('tracewright_orders{status="draft"}', 1), "one order was imported")
    check(faults, prometheus.becomes("tracewright_process_ingest_spans_total", 3), "three spans were sent")
    check(faults, prometheus.becomes("tracewright_ledger_unsequenced", 0), "every event has its place")
    check(faults, prometheus.becomes("tracewright_ledger_leaves_total - tracewright_ledger_events_total", 0), "as many as there are")
    check(faults, prometheus.becomes("tracewright_search_waiting", 0), "search finds all")
    check(faults, prometheus.becomes("count(tracewright_queue_depth)", 4), "the queue has four tiers")
    check(faults, prometheus.becomes("count(tracewright_writer_queue)", 2), "and the writer two lanes")
    check(faults, send_spans(product.url, 5) == 200 and prometheus.becomes("tracewright_process_ingest_spans_total", 8),
          "a later scrape tells what came meanwhile")


def told_of_fleet(product, prometheus, faults):
    """A release in figures: as they were sent, and as they are after a restart."""
    owner = Browser(product.url)
    owner.sign_in()
    fleet.set_budgets(owner)
    fleet.send(product.url, fleet.release())
    wanted = {
        'tracewright_workflow_runs_total{workflow="package_release",result="success"}': 1,
        'gate_approval_rate{gate_type="version_bump"}': 1,
        'build_success_rate{project_type="package_release"}': 1,
        'agent_invocations_total{agent_id="releaser",tenant_id="acme",status="success"}': 3,
        'agent_invocation_duration_seconds_count{agent_id="releaser",tenant_id="acme"}': 3,
        'agent_execution_total{agent_type="releaser",status="success"}': 1,
        'handoff_validations_total{source_agent="releaser",target_agent="announcer",strictness="strict",result="valid"}': 1,
        'sum(supervisor_tasks_total{tenant_id="acme",decomposed="true"})': 1,
        'context_compilation_duration_seconds_count{tenant_id="acme",model_tier="large"}': 1,
        "sum(hypertool_persona_tokens_used_total)": 2050,
    }
    before = "none"
    for stage, persona, _, _ in fleet.STAGES:
        of = f'{{from_persona="{before}",to_persona="{persona}",chatmode="package_release"}}'
        wanted |= {
            f"hypertool_persona_switches_total{of}": 1,
            f'hypertool_persona_token_budget_remaining{{persona="{persona}"}}': fleet.LEFT[persona],
            f'sum(hypertool_persona_tokens_used_total{{persona="{persona}"}})': fleet.TOKENS[persona],
            f'hypertool_persona_duration_seconds_count{{persona="{persona}",chatmode="package_release"}}': 1,
            f'hypertool_workflow_quality_gate_total{{workflow="package_release",stage="{stage}",result="passed"}}': 1,
            f'hypertool_workflow_stage_duration_seconds_sum{{workflow="package_release",stage="{stage}",persona="{persona}"}}': 2,
        }
        before = persona
    for query, figure in wanted.items():
        check(faults, prometheus.becomes(query, figure), f"{query} is {figure}")
    product.stop()
    check(faults, prometheus.becomes("up", 0), "the server ends")
    product.start()
    check(faults, prometheus.becomes("up", 1), "and begins anew")
    for query, figure in wanted.items():
        check(faults, prometheus.becomes(query, figure), f"after a restart {query} is {figure}")
    check(faults, prometheus.becomes("sum(resets(hypertool_persona_tokens_used_total[10m]))", 0), "no counter fell")


def panels(product, prometheus, faults):
    """Every expression of every panel comes to something while agents work; prints which to how many series."""
    asked = list(dashboards.expressions())
    found, begun = {}, time.monotonic()
    while len(found) < len(asked) and time.monotonic() - begun < PATIENCE:
        fleet.send(product.url, fleet.release() + fleet.nightly())
        time.sleep(2)
        for panel, query in asked:
            values = prometheus.values(query) if (panel, query) not in found else []
            if values:
                found[panel, query] = len(values)
    for panel, query in asked:
        print(f"{found.get((panel, query), 0):>7}  {panel}  |  {query}", flush=True)
        check(faults, (panel, query) in found, f"{panel} shows something")
    rules = prometheus.rules()
    check(faults, len(rules) == 7 and set(rules.values()) == {"ok"}, f"all alerts are evaluated {rules}")


def main():
    faults = []
    files(faults)
    with tempfile.TemporaryDirectory() as folder:
        token = Path(folder) / "metrics.token"
        token.write_text(TOKEN + "\n")
        os.environ["TRACEWRIGHT_METRICS_TOKEN_FILE"] = str(token)
        with Product() as product:
            product.command("import", str(ORDER))
            check(faults, send_spans(product.url, 3) == 200, "spans are taken")
            look(product.url, faults)
            shown = product.command("config", "show")
            check(faults, "metrics.token" in shown and TOKEN not in shown, "the settings do not show the token")
            with Prometheus(f"127.0.0.1:{product.port}") as prometheus:
                scrape(product, prometheus, faults)
                told_of_fleet(product, prometheus, faults)
                panels(product, prometheus, faults)
    print(f"{len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
