"""Metrics as Prometheus gets them: `promtool` finds nothing to say about them, and a real Prometheus scrapes the server with its token
and tells by its own API what was done there.
"""

import base64
import json
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
from product import ORDER, PATIENCE, PUBLIC_KEY, ROOT, SECRET_KEY, Product, free_port

TOKEN = "outside-tests-read-metrics"
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


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
            "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n"
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

    def value(self, query):
        """What a query comes to now; none while it comes to nothing."""
        address = f"http://127.0.0.1:{self.port}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                found = json.load(answer)["data"]["result"]
        except (urllib.error.URLError, OSError):
            if self.process.poll() is not None:
                raise SystemExit(f"Prometheus ended:\n{self.log.read_text(errors='replace')}") from None
            return None
        return float(found[0]["value"][1]) if found else None

    def becomes(self, query, wanted):
        """Waits until a query comes to this; whether it did."""
        return wait(f"{query} is {wanted}", lambda: True if self.value(query) == wanted else None)


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
    product.stop()
    check(faults, prometheus.becomes("up", 0), "a server that has ended is down")


def main():
    faults = []
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
    print(f"{len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
