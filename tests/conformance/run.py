"""Runs the end-to-end tests of the Langfuse Python SDK, unmodified, against a server of ours.

    run.py CHECKOUT [--binary FILE] [--venv FOLDER] [--files a,b] [--table FILE] [--jobs N]

CHECKOUT is a copy of github.com/langfuse/langfuse-python at the tag to test (docs/conformance.md names it); nothing in it
is changed. A virtual environment is made from it once. Tests that the suite marks serial run alone, the rest in parallel.
Tests that call OpenAI are left out unless OPENAI_API_KEY is set. The table says what became of each file.
"""

import argparse
import os
import subprocess
import sys
import tomllib
import venv
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

FILES = ["test_core_sdk", "test_decorators", "test_batch_evaluation", "test_media"]
# They call OpenAI.
NEED_KEY = ["test_decorators_langchain", "test_async_nested_openai_chat_stream"]
# Not needed to run tests.
TOOLS = ("ruff", "mypy", "pre-commit")
PROJECT = "7a88fb47-b4e2-43b8-a06c-a5ce950dc53a"
KEYS = ("pk-lf-1234567890", "sk-lf-1234567890")
FIRST_START = {
    "TRACEWRIGHT_INIT_PROJECT_ID": PROJECT,
    "TRACEWRIGHT_INIT_PROJECT_NAME": "SDK tests",
    "TRACEWRIGHT_INIT_PUBLIC_KEY": KEYS[0],
    "TRACEWRIGHT_INIT_SECRET_KEY": KEYS[1],
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--binary", type=Path, default=None, help="the server; target/debug/tracewright if not given")
    parser.add_argument("--venv", type=Path, default=None, help="made when missing; CHECKOUT/.venv if not given")
    parser.add_argument("--files", default=",".join(FILES))
    parser.add_argument("--table", type=Path, default=None, help="write the table here as Markdown, too")
    parser.add_argument("--database-url", default=None, help="PostgreSQL; SQLite if not given")
    parser.add_argument("--jobs", type=int, default=4)
    return parser.parse_args()


def environment(folder, checkout):
    """The interpreter of a virtual environment with the SDK of the checkout and what its tests import."""
    python = folder / "bin/python"
    if python.exists():
        return python
    venv.create(folder, with_pip=True)
    project = tomllib.loads((checkout / "pyproject.toml").read_text())
    needed = [name for name in project["dependency-groups"]["dev"] if not name.startswith(TOOLS)]
    subprocess.run([python, "-m", "pip", "install", "-q", str(checkout), *needed], check=True)
    return python


def run(python, checkout, url, file, serial, report, jobs):
    """One pytest run; gives the outcome of each test by name."""
    settings = {
        "LANGFUSE_BASE_URL": url,
        "LANGFUSE_HOST": url,
        "LANGFUSE_PUBLIC_KEY": KEYS[0],
        "LANGFUSE_SECRET_KEY": KEYS[1],
        "LANGFUSE_E2E_READ_TIMEOUT_SECONDS": os.environ.get("LANGFUSE_E2E_READ_TIMEOUT_SECONDS", "30"),
        "LANGFUSE_E2E_READ_INTERVAL_SECONDS": "0.25",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=180", f"--junitxml={report}"]
    command += ["-m", "serial_e2e" if serial else "not serial_e2e"]
    command += [] if serial else ["-n", str(jobs), "--dist", "worksteal"]
    if not os.environ.get("OPENAI_API_KEY"):
        command += ["-k", " and ".join(f"not {name}" for name in NEED_KEY)]
    log = report.with_suffix(".log")
    with log.open("w") as out:
        test = f"tests/e2e/{file}.py"
        subprocess.run([*map(str, command), test], cwd=checkout, env=os.environ | settings, stdout=out, stderr=out)
    return outcomes(report) if report.exists() else {}


def outcomes(report):
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {child.tag: child for child in case}
        for kind in ("error", "failure", "skipped"):
            if kind in kinds:
                found[case.get("name")] = (kind, (kinds[kind].get("message") or "").splitlines()[:1])
                break
        else:
            found[case.get("name")] = ("passed", [])
    return found


def row(file, found):
    count = Counter(kind for kind, _ in found.values())
    failed = count["failure"] + count["error"]
    why = [f"{name}: {' '.join(said)}" for name, (kind, said) in found.items() if kind != "passed"]
    return [file, len(found), count["passed"], failed, count["skipped"], "; ".join(why) or "-"]


def table(rows):
    head = ["file", "run", "passed", "failed", "skipped", "why"]
    lines = ["| " + " | ".join(map(str, line)) + " |" for line in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines)


def main():
    asked = arguments()
    checkout = asked.checkout.resolve()
    if asked.binary:
        os.environ["TRACEWRIGHT_BIN"] = str(asked.binary.resolve())
    import product

    product.FIRST_START.update(FIRST_START)
    python = environment((asked.venv or checkout / ".venv").resolve(), checkout)
    rows = []
    server = product.Product(database_url=asked.database_url)
    # Two tests expect this very address in links.
    server.port, server.url = 3000, "http://localhost:3000"
    with server:
        reports = Path(server.folder.name)
        for file in asked.files.split(","):
            found = {}
            for serial in (False, True):
                report = reports / f"{file}-{'serial' if serial else 'parallel'}.xml"
                found |= run(python, checkout, server.url, file, serial, report, asked.jobs)
                if any(kind in ("failure", "error") for kind, _ in found.values()) or not report.exists():
                    print(report.with_suffix(".log").read_text()[-20_000:])
            rows.append(row(file, found))
            print(rows[-1], flush=True)
    print(table(rows))
    if asked.table:
        asked.table.write_text(table(rows) + "\n")
    sys.exit(1 if any(line[3] or not line[1] for line in rows) else 0)


if __name__ == "__main__":
    main()
