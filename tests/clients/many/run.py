"""Many real, unmodified clients run one agent each, against a model on loopback; what they sent must be readable.

usage: run.py [NAME...]   runs those named, else all; prints a row for each and what is missing, and exits 0 only when
nothing is. Installs what it needs under target/test-tools. A part of `./test --long`.
"""

import base64
import json
import os
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from product import PATIENCE, PUBLIC_KEY, ROOT, SECRET_KEY, Product

import model

HERE = Path(__file__).parent
QUESTION, TOOL, ARGUMENT, RESULT = "Is valve V-12 open?", "read_valve", "V-12", "shut"
# What a client's own instrumentation cannot tell is not asked of the server; each exception says why.
CLIENTS = json.loads((HERE / "clients.json").read_text())


def install(client):
    """The client's environment, made again when its list changes."""
    folder = ROOT / "target/test-tools" / f"many-{client['list']}"
    wanted = (HERE / "lists" / f"{client['list']}.txt").read_text()
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run(["python3", "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", HERE / "lists" / f"{client['list']}.txt"]
        for attempt in range(3):
            if subprocess.run(pip).returncode == 0:
                break
        else:
            raise SystemExit(f"{client['list']}: its packages could not be installed")
        stamp.write_text(wanted)
    return folder / "bin/python"


def send(client, product, llm):
    """Runs the client's program to its end."""
    pair = base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
    otel = product.url + "/api/public/otel"
    told = {
        "BASE_URL": product.url, "MODEL_URL": f"http://127.0.0.1:{llm.server_port}/v1", "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{llm.server_port}/v1", "OPENAI_API_BASE": f"http://127.0.0.1:{llm.server_port}/v1",
        "LANGFUSE_HOST": product.url, "LANGFUSE_BASE_URL": product.url, "LANGFUSE_PUBLIC_KEY": PUBLIC_KEY,
        "LANGFUSE_SECRET_KEY": SECRET_KEY, "OTEL_EXPORTER_OTLP_ENDPOINT": otel, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Basic%20{pair}", "QUESTION": QUESTION, "NO_PROXY": "127.0.0.1,localhost",
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true", "OTEL_SEMCONV_STABILITY_OPT_IN": "gen_ai_latest_experimental",
        "PYTHONPATH": str(HERE / "python"),
    }
    program = [install(client), HERE / "python" / client["program"]]
    run = subprocess.run(program, env=os.environ | told, capture_output=True, text=True, timeout=PATIENCE)
    if run.returncode != 0:
        raise RuntimeError(f"{client['name']} ended with {run.returncode}:\n{run.stdout[-2000:]}{run.stderr[-3000:]}")


def get(product, path, **query):
    pair = base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
    address = product.url + path + ("?" + urlencode(query) if query else "")
    request = urllib.request.Request(address, headers={"Authorization": "Basic " + pair})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def observations(product, known):
    """What came that was not there before, once nothing more comes for a moment."""
    before, begun = None, time.monotonic()
    while time.monotonic() - begun < 20:
        found = get(product, "/api/public/observations", limit=100)["data"]
        new = [one for one in found if one["id"] not in known]
        if new and len(new) == before:
            return new
        before = len(new)
        time.sleep(1)
    return []


def tokens(product):
    """All tokens of the project, as its metrics have them."""
    now, day = datetime.now(timezone.utc), timedelta(days=1)
    query = {
        "view": "observations", "dimensions": [], "metrics": [{"measure": "totalTokens", "aggregation": "sum"}],
        "filters": [], "fromTimestamp": (now - day).isoformat(), "toTimestamp": (now + day).isoformat(),
    }
    rows = get(product, "/api/public/metrics", query=json.dumps(query))["data"]
    return int(float(rows[0].get("sum_totalTokens") or 0)) if rows else 0


def misses(client, new, spent, calls):
    """What cannot be read back, by name."""
    text = lambda value: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    inputs, outputs = (" ".join(text(one[field]) for one in new if one.get(field)) for field in ("input", "output"))
    tools = [one for one in new if one["type"] == "TOOL"]
    models = {one.get("model") for one in new if one["type"] == "GENERATION"}
    checks = {
        "question": QUESTION in inputs,
        "answer": model.ANSWER in outputs,
        "tool": any(TOOL in text(one["name"]) for one in tools),
        "arguments": any(ARGUMENT in text(one["input"]) for one in tools),
        "result": any(RESULT in text(one["output"]) for one in tools),
        "offered": "Reads the state of a valve" in text([[one.get("input"), one.get("metadata")] for one in new]),
        "system": "You look after valves" in text([[one.get("input"), one.get("metadata")] for one in new]),
        "model": any(one and "gpt-4o-mini" in one for one in models),
        f"tokens ({spent}, {calls} calls)": spent == 52 * calls,
    }
    return [name for name, holds in checks.items() if not holds and name.split(" ")[0] not in client.get("cannot", {})]


def main():
    chosen = [client for client in CLIENTS if not sys.argv[1:] or client["name"].split(" ")[0] in sys.argv[1:]]
    failed, llm = 0, model.start()
    with Product() as product:
        print(f"{'client':<44} {'way':<16} {'kept':>5} {'calls':>5} {'tokens':>6}  missing")
        for client in chosen:
            known, before, calls = {one["id"] for one in get(product, "/api/public/observations", limit=100)["data"]}, tokens(product), llm.calls
            try:
                send(client, product, llm)
            except (RuntimeError, subprocess.TimeoutExpired) as fault:
                failed += 1
                print(f"{client['name']:<44} {client['way']:<16} {fault}", flush=True)
                continue
            new = observations(product, known)
            spent, calls = tokens(product) - before, llm.calls - calls
            missing = misses(client, new, spent, calls) if new else ["everything"]
            failed += bool(missing)
            print(f"{client['name']:<44} {client['way']:<16} {len(new):>5} {calls:>5} {spent:>6}  {', '.join(missing) or '-'}", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
