"""What happens when the ground gives way: a full disk, a database that restarts. Nothing acknowledged may be missing.

`run.py disk` or `run.py postgres`. Both keep posting while the fault lasts: the server may answer 200, 429 or 503 and
nothing else, and must take traces again by itself once the fault is over.
"""

import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "tools"), str(TESTS / "kill")]
from poster import Poster  # noqa: E402
from product import Product  # noqa: E402
from stored import stored  # noqa: E402


def disk_full():
    """The data folder lies on a file system of 64 MB that fills up twice: once with room made again, once with a kill."""
    with tempfile.TemporaryDirectory(prefix="tracewright-disk-") as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True)
        if mounted.returncode != 0:
            print("SKIPPED: a small file system cannot be mounted here (needs root)")
            return 0
        try:
            return fill_twice(Path(folder))
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def fill_twice(folder):
    with Product(parent=folder) as product:
        poster = Poster(product.port)
        filler = folder / "filler"
        filler.write_bytes(b"x" * 48_000_000)
        poster.post_until(lambda: poster.refused_in_a_row >= 40)
        print(f"disk full after {len(poster.acknowledged)} observations, then {poster.refused} requests refused")
        filler.unlink()
        before = len(poster.acknowledged)
        poster.post_until(lambda: len(poster.acknowledged) > before + 2_000)
        print(f"room again: {len(poster.acknowledged) - before} observations more, without a restart")
        # Nearly full again at once: with requests alone that takes a slow machine minutes.
        filler.write_bytes(b"x" * max(0, shutil.disk_usage(folder).free - 8_000_000))
        poster.post_until(lambda: poster.refused_in_a_row >= 5)
        product.kill()
        (folder / "room").mkdir()
        subprocess.run(["mount", "-o", "remount,size=256m", str(folder)], check=True)
        product.start()
        before = len(poster.acknowledged)
        poster.post_until(lambda: len(poster.acknowledged) > before + 500)
        return compare(product, poster, None)


def postgres_restart():
    """The database is ended at once, as by a crash, and started again, three times, under load."""
    with tempfile.TemporaryDirectory(prefix="tracewright-restart-") as folder:
        database = Path(folder) / "postgres"
        run = [str(TESTS / "tools/postgres")]
        subprocess.run([*run, "start", str(database)], check=True, stdout=subprocess.DEVNULL)
        url = (database / "url").read_text().strip()
        try:
            with Product(url) as product:
                poster = Poster(product.port)
                for round_number in range(1, 4):
                    restart_under_load(run, database, poster, round_number)
                return compare(product, poster, url)
        finally:
            subprocess.run([*run, "stop", str(database)], check=False)


def restart_under_load(run, database, poster, round_number):
    restarted = threading.Event()

    def restart():
        time.sleep(1)
        subprocess.run([*run, "restart", str(database)], check=True, stdout=subprocess.DEVNULL)
        restarted.set()

    thread = threading.Thread(target=restart)
    thread.start()
    poster.post_until(restarted.is_set)
    thread.join()
    before, began = len(poster.acknowledged), time.monotonic()
    poster.post_until(lambda: len(poster.acknowledged) > before + 1_000)
    took = time.monotonic() - began
    print(f"restart {round_number}: {poster.refused} refused so far, 1,000 observations more {took:.1f} s after it was back")


def compare(product, poster, url):
    held = stored(product.data, url)
    lost = len(poster.acknowledged - held.keys())
    twice = sum(count > 1 for count in held.values())
    half = sum(0 < sum(name in held for name in ids) < len(ids) for ids in poster.tried.values())
    print(f"acknowledged {len(poster.acknowledged)}, stored {len(held)}, lost {lost}, twice {twice}, half-written batches {half}")
    print(f"answers: {dict(sorted(poster.statuses.items()))}")
    print(product.command("verify", "ledger").strip())
    strange = poster.statuses.keys() - {200, 429, 503}
    return 1 if lost or twice or half or strange else 0


if __name__ == "__main__":
    sys.exit({"disk": disk_full, "postgres": postgres_restart}[sys.argv[1]]())
