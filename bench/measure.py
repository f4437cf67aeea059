"""Takes the figures of bench/README.md: several rounds, the things compared taking turns, medians at the end.

`bench/measure.py ingest|pages|fleet|open|orders [--rounds 5] [--stored 1000000] [--orders 100000] [--spans 81920]`, with release builds of the server and the
load tool (`cargo build --release --bins --example load`). Everything runs on loopback in scratch folders and ends by itself.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
os.environ.setdefault("TRACEWRIGHT_BIN", str(TARGET / "tracewright"))
sys.path.insert(0, str(ROOT / "tests/tools"))
from filled import LOAD, fill, order_in_work  # noqa: E402
from product import EMAIL, PASSWORD, PUBLIC_KEY, SECRET_KEY, Product  # noqa: E402

POSTGRES = str(ROOT / "tests/tools/postgres")


def load(job, product, *arguments):
    """Runs the load tool; gives its figures by name."""
    command = [LOAD, job, "--url", product.url, "--public-key", PUBLIC_KEY, "--secret-key", SECRET_KEY]
    run = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"{run.stdout}{run.stderr}\n{product.log_tail()}")
    print("   ", run.stdout.strip().replace("\n", "\n    "), flush=True)
    return {name: float(value) for name, value in re.findall(r"^figure (\S+) (\S+)$", run.stdout, re.M)}


def ingest(product, seed, spans, *more):
    pid = product.process.pid
    return load("ingest", product, "--seed", seed, "--spans", spans, "--server-pid", pid, *more)


def folder_bytes(folder):
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def empty_round(number, options, results):
    """An empty SQLite database, and what a span takes on disk once the server has stopped in good order."""
    with Product() as product:
        before = folder_bytes(product.data)
        figures = ingest(product, 1000 + number, options.spans)
        product.stop()
        figures["bytes_per_span"] = (folder_bytes(product.data) - before) / options.spans
        print(f"    {figures['bytes_per_span']:.0f} bytes a span after an orderly stop")
    results.setdefault("SQLite, empty", []).append(figures)


class Postgres:
    """A throw-away server with lz4, its own first process known."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="tracewright-bench-"))
        subprocess.run([POSTGRES, "start", str(self.folder / "pg")], check=True, stdout=subprocess.DEVNULL)
        self.url = (self.folder / "pg/url").read_text().strip()
        subprocess.run(["psql", self.url, "-qc", "ALTER SYSTEM SET default_toast_compression = 'lz4'",
                        "-c", "ALTER SYSTEM SET max_wal_size = '4GB'", "-c", "SELECT pg_reload_conf()"],
                       check=True, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        subprocess.run([POSTGRES, "stop", str(self.folder / "pg")], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def pid(self):
        return int((self.folder / "pg/data/postmaster.pid").read_text().splitlines()[0])

    def database(self, name):
        subprocess.run(["psql", self.url, "-qc", f"CREATE DATABASE {name}"], check=True)
        return self.url.rsplit("/", 1)[0] + "/" + name


def postgres_round(number, options, results, postgres):
    with Product(postgres.database(f"bench_{number}")) as product:
        figures = ingest(product, 3000 + number, options.spans, "--database-pid", postgres.pid())
    results.setdefault("PostgreSQL, database included", []).append(figures)


def measure_ingest(options):
    results = {}
    with Product() as big, Postgres() as postgres:
        print(f"filling with {options.stored} observations")
        ingest(big, 1, options.stored, "--probe-every", 0)
        for number in range(1, options.rounds + 1):
            print(f"round {number}: empty")
            empty_round(number, options, results)
            print(f"round {number}: with {options.stored} stored")
            figures = ingest(big, 2000 + number, options.spans)
            results.setdefault(f"SQLite, {options.stored} stored", []).append(figures)
            print(f"round {number}: PostgreSQL")
            postgres_round(number, options, results, postgres)
    table(results)
    speed = {name: statistics.median(run["spans_per_s"] for run in runs) for name, runs in results.items()}
    first, second, *_ = speed.values()
    print(f"speed with {options.stored} stored / empty: {second / first:.2f}")


def measure_open(options):
    """Batches of 64 at 4,000 spans/s whatever the server does, while a technician ticks."""
    results = {}
    for round_number in range(1, options.rounds + 1):
        print(f"round {round_number}")
        # A server of its own: the round before may have ended between a tick and its undoing.
        with Product() as product:
            fill(product, 200)
            number, _ = order_in_work(product)
            figures = ingest(product, 5000 + round_number, 80_000, "--batch", 64, "--rate", 4000, "--connections", 16,
                             "--tick-order", number, "--email", EMAIL, "--password", PASSWORD)
        results.setdefault("open loop, 64 a batch, 4,000/s", []).append(figures)
    table(results)


def measure_pages(options):
    """The same pages over 10,000 observations and over many, by turns."""
    results, small_spans = {}, 10_000
    with Product() as small, Product() as big:
        ingest(small, 1, small_spans, "--probe-every", 0)
        ingest(big, 1, options.stored, "--probe-every", 0)
        for number in range(1, options.rounds + 1):
            for name, product in ((f"{small_spans} stored", small), (f"{options.stored} stored", big)):
                print(f"round {number}: {name}")
                figures = load("pages", product, "--email", EMAIL, "--password", PASSWORD, *paths(options))
                results.setdefault(name, []).append(figures)
    table(results)


# A page of the fleet, of each kind and time.
FLEET = ["/fleet?range=24h", "/fleet", "/fleet?range=30d", "/fleet/agent?name=agent-1", "/fleet/persona?name=persona-1&range=30d",
         "/fleet/tenant?name=tenant-1", "/fleet/workflow?name=release-1&range=30d", "/fleet/personas", "/fleet/personas?range=30d",
         "/fleet/workflows", "/fleet/workflows?range=30d", "/fleet/agents?range=30d", "/fleet/gates?range=30d",
         "/fleet/builds?range=30d", "/fleet/costs?range=30d", "/fleet/budgets", "/fleet/alerts", "/fleet/coverage",
         "/fleet/identity?range=30d", "/fleet/handoffs", "/fleet/rules", "/metrics"]


def measure_fleet(options):
    """The pages of the fleet, and a scrape, over a month of 10,000 observations and of many, by turns."""
    results, small_spans = {}, 10_000
    options.path = options.path or FLEET
    with Product() as small, Product() as big:
        ingest(small, 1, small_spans, "--probe-every", 0, "--fleet-days", 30)
        ingest(big, 1, options.stored, "--probe-every", 0, "--fleet-days", 30)
        for number in range(1, options.rounds + 1):
            for name, product in ((f"{small_spans} stored", small), (f"{options.stored} stored", big)):
                print(f"round {number}: {name}")
                figures = load("pages", product, "--email", EMAIL, "--password", PASSWORD, "--requests", 100, *paths(options))
                results.setdefault(name, []).append(figures)
    table(results)


def measure_orders(options):
    """List, order page and ticks over a thousand work orders and over many, by turns; about 18 events an order."""
    results, small_orders = {}, 1_000
    with Product() as small, Product() as big:
        for product, orders in ((small, small_orders), (big, options.orders)):
            print(f"filling with {orders} orders")
            fill(product, orders)
        for number in range(1, options.rounds + 1):
            for name, product in ((f"{small_orders} orders", small), (f"{options.orders} orders", big)):
                print(f"round {number}: {name}")
                figures = load("pages", product, "--email", EMAIL, "--password", PASSWORD, "--list", "/work-orders", "--tick",
                               *paths(options))
                results.setdefault(name, []).append(figures)
    table(results)


def paths(options):
    return [word for path in options.path for word in ("--path", path)]


def table(results):
    print("\nmedian (lowest to highest)")
    for name, runs in results.items():
        print(f"{name}, {len(runs)} rounds")
        for figure in runs[0]:
            values = [run[figure] for run in runs]
            print(f"  {figure:<22} {statistics.median(values):>12.2f}  ({min(values):.2f} to {max(values):.2f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ingest", "open", "pages", "fleet", "orders"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--spans", type=int, default=81_920)
    parser.add_argument("--path", action="append", default=[], help="another page to time")
    options = parser.parse_args()
    {"ingest": measure_ingest, "open": measure_open, "pages": measure_pages, "fleet": measure_fleet, "orders": measure_orders}[options.what](options)


if __name__ == "__main__":
    main()
