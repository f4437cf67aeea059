"""Real, unmodified clients send one trace each; each trace must be found on the step that it names."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from product import ORDER, PATIENCE, PUBLIC_KEY, ROOT, SECRET_KEY, Browser, Product

HERE = Path(__file__).parent
NUMBER = "WO-2026-001"


def python(version, program):
    return [str(ROOT / f"target/test-tools/langfuse-{version}/bin/python"), str(HERE / "python" / program)]


def node(program):
    return ["node", str(HERE / "js" / program)]


# program, how it names its work order, the step it must be found on (None: the order as a whole)
CLIENTS = [
    (python("2.60.10", "send_batch.py"), {"ORDER_TAG": f"wo:{NUMBER}/1"}, 1),
    (python("4.18.0", "send_spans.py"), {"ORDER_TAG": f"wo:{NUMBER}/2"}, 2),
    (python("5.0.4", "send_spans.py"), {"ORDER_METADATA": json.dumps({"work_order": NUMBER})}, None),
    (node("send_langfuse.mjs"), {"ORDER_TAG": f"wo:{NUMBER}/3"}, 3),
    (node("send_otlp.mjs"), {"ORDER_ATTRIBUTES": json.dumps({"workorder.number": NUMBER})}, None),
]


def send(program, naming, url):
    """Runs one client program; its last line says what it sent."""
    keys = {"LANGFUSE_PUBLIC_KEY": PUBLIC_KEY, "LANGFUSE_SECRET_KEY": SECRET_KEY, "LANGFUSE_TIMEOUT": str(PATIENCE)}
    run = subprocess.run(
        program, env=os.environ | keys | naming | {"BASE_URL": url}, capture_output=True, text=True, timeout=PATIENCE
    )
    if run.returncode != 0:
        raise SystemExit(f"{program} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return json.loads(run.stdout.strip().splitlines()[-1])


def place(page, step):
    """The part of the order page that shows one step, or all of it."""
    if step is None:
        return page
    steps = re.findall(r'<details class="sheet step" id="step-(.*?)(?=<details class="sheet step"|id="comments")', page, re.S)
    return steps[step - 1] if step <= len(steps) else ""


def found_on_order(person, sent, step):
    """Linking follows the acknowledgement; it may take a moment."""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        if sent["trace_id"] in place(person.get(f"/work-orders/{NUMBER}"), step):
            return True
        time.sleep(0.25)
    return False


def whole_trace(person, trace_id):
    """The trace's page, and each of its observations opened as a person would."""
    page = person.get(f"/traces/{trace_id}")
    rows = set(re.findall(r'href="[^"]*[?;]observation=([^"&]+)', page))
    return page + "".join(person.get(f"/traces/{trace_id}?observation={row}") for row in rows)


def misses(person, sent, step):
    """What is not where it should be."""
    missing = [] if found_on_order(person, sent, step) else [f"link on {NUMBER}"]
    page = whole_trace(person, sent["trace_id"])
    words = [sent["name"], "gpt-4o-mini", "E-17"] + ([] if "OTLP" in sent["client"] else ["helpful"])
    return missing + [word for word in words if word not in page]


def main():
    failed = 0
    with Product() as product:
        product.command("import", str(ORDER))
        person = Browser(product.url)
        person.sign_in()
        print(f"{'client':<30} {'trace':<38} {'place':<10} missing")
        for program, naming, step in CLIENTS:
            sent = send(program, naming, product.url)
            missing = misses(person, sent, step)
            failed += bool(missing)
            where = f"step {step}" if step else "order"
            print(f"{sent['client']:<30} {sent['trace_id']:<38} {where:<10} {', '.join(missing) or '-'}", flush=True)
        # Checks itself: pictures come back byte for byte, scores and metrics are what was sent.
        sent = send(python("5.0.4", "send_media.py"), {}, product.url)
        shown = sent["media_id"] in person.get(f"/traces/{sent['trace_id']}")
        failed += not shown
        print(f"{sent['client']:<30} {sent['trace_id']:<38} {'page':<10} {'-' if shown else 'the reference'}", flush=True)
        if failed:
            print(product.log_tail())
    print(f"{len(CLIENTS) + 1 - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
