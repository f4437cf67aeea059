"""Many real, unmodified clients run one agent each, against a model on loopback; what they sent must be readable.

usage: run.py [NAME...]   runs those named, else all; prints a row for each and what is missing, and exits 0 only when
nothing is. Installs what it needs under target/test-tools and js/*/node_modules. A part of `./test --long`.
"""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from product import PATIENCE, PUBLIC_KEY, SECRET_KEY, Browser, Product

import installing
import model
import reading

HERE = Path(__file__).parent
# What a client's own instrumentation cannot tell is not asked of the server: `cannot` says why, and which checks that are.
# `refused` names a model that a row asks for in vain: that call must be kept as failed, with the reason.
CLIENTS = json.loads((HERE / "clients.json").read_text())


def send(client, product, llm):
    """Runs the client's program to its end."""
    pair = base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
    otel, host = product.url + "/api/public/otel", f"http://127.0.0.1:{llm.server_port}"
    told = {
        "BASE_URL": product.url, "MODEL_URL": host + "/v1", "QUESTION": reading.QUESTION, "NO_PROXY": "127.0.0.1,localhost",
        "SESSION": reading.SESSION, "PERSON": reading.USER,
        "OPENAI_API_KEY": "none", "OPENAI_BASE_URL": host + "/v1", "OPENAI_API_BASE": host + "/v1",
        "GOOGLE_API_KEY": "none", "GOOGLE_GEMINI_BASE_URL": host,
        "LANGFUSE_HOST": product.url, "LANGFUSE_BASE_URL": product.url, "LANGFUSE_BASEURL": product.url,
        "LANGFUSE_PUBLIC_KEY": PUBLIC_KEY, "LANGFUSE_SECRET_KEY": SECRET_KEY,
        "OTEL_EXPORTER_OTLP_ENDPOINT": otel, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Basic%20{pair}",
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true", "OTEL_SEMCONV_STABILITY_OPT_IN": "gen_ai_latest_experimental",
        "PYTHONPATH": str(HERE / "python"),
    } | client.get("environment", {})
    run = subprocess.run(installing.program(client), env=os.environ | told, capture_output=True, text=True, timeout=PATIENCE)
    if run.returncode != 0:
        raise RuntimeError(f"{client['name']} ended with {run.returncode}:\n{run.stdout[-2000:]}{run.stderr[-3000:]}")


def row(client, product, person, llm):
    """What one client sent, what the model was asked, and what cannot be read back."""
    reader, calls = reading.Reader(product, person), llm.calls
    send(client, product, llm)
    reader.wait()
    calls = llm.calls - calls
    return reader, calls, reader.misses(client, calls) if reader.new else ["everything"]


def main():
    chosen = [client for client in CLIENTS if not sys.argv[1:] or client["name"].split(" ")[0] in sys.argv[1:]]
    failed, llm = 0, model.start()
    with Product() as product:
        person = Browser(product.url)
        person.sign_in()
        print(f"{'client':<48} {'way':<16} {'kept':>5} {'calls':>5} {'tokens':>6}  missing")
        for client in chosen:
            try:
                reader, calls, missing = row(client, product, person, llm)
            except (RuntimeError, subprocess.TimeoutExpired) as fault:
                failed += 1
                print(f"{client['name']:<48} {client['way']:<16} {fault}", flush=True)
                continue
            failed += bool(missing)
            told = f"{len(reader.new):>5} {calls:>5} {reader.tokens:>6}"
            print(f"{client['name']:<48} {client['way']:<16} {told}  {', '.join(missing) or '-'}", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
