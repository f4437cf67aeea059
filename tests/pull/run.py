"""`pull langfuse` killed again and again in mid-way: nothing missing, nothing twice, and it goes on where it was.

`run.py sqlite [KILLS]` or `run.py postgres [KILLS]` says where it pulls to. The source is our own server behind a gate on
loopback, once as it is (cursors), once without its newer routes (pages); the gate answers 429 now and then.
KILL_SEED repeats a run's moments.
"""

import os
import pty
import random
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "tools"), str(TESTS / "kill")]
from filled import FROM, TO, TRACES, fill
from gate import Gate
from held import held
from product import BINARY, PATIENCE, PUBLIC_KEY, SECRET_KEY, Product
from stored import new_database

# Pages that a run may still get in the moment before it is killed.
MORE = 2


class Puller:
    """Runs of one pull; each is killed by its process id or comes to its end."""

    def __init__(self, gate, target):
        self.gate, self.runs = gate, []
        self.command = [
            BINARY, "pull", "langfuse", "--url", gate.url, "--from", FROM, "--to", TO, "--window", "6h",
            "--limit-rate", "50", *target.where,
        ]  # fmt: skip
        self.env = os.environ | {"LANGFUSE_PUBLIC_KEY": PUBLIC_KEY, "LANGFUSE_SECRET_KEY": SECRET_KEY}

    def killed_after(self, pages, moment):
        """One run, ended as a power cut would so many pages and a moment later. It gets to no end before that, however
        long the moment becomes here."""
        self.gate.take()
        self.gate.hold_after(pages + MORE)
        process = self.start(subprocess.DEVNULL)
        begun = time.monotonic()
        while len(self.gate.pages) < pages and process.poll() is None and time.monotonic() - begun < PATIENCE:
            time.sleep(0.002)
        time.sleep(moment)
        if process.poll() is not None:
            raise SystemExit("the pull ended before it was killed, so this run shows nothing")
        process.kill()
        process.wait()
        self.gate.hold_after(None)
        self.gate.settle()
        self.runs.append(self.gate.take())

    def to_the_end(self):
        """The last run, on a terminal; gives what it showed there."""
        self.gate.take()
        ours, theirs = pty.openpty()
        process = self.start(theirs)
        os.close(theirs)
        shown = read_all(ours)
        if process.wait() != 0:
            raise SystemExit(f"the last run ended with {process.returncode}:\n{shown}")
        self.runs.append(self.gate.take())
        return shown

    def start(self, stderr):
        return subprocess.Popen(self.command, env=self.env, stdout=subprocess.DEVNULL, stderr=stderr)

    def began_anew(self):
        """Runs that asked for anything but the page that was cut off, or the one after it."""
        bad, before = [], []
        for number, run in enumerate(self.runs):
            pages = run.pages
            again = [page for page in pages if page in before and page != before[-1]]
            if number > 0 and (again or run.asked_health):
                bad.append((number + 1, again[:3]))
            before += pages
        return bad


def read_all(terminal):
    shown = b""
    try:
        while chunk := os.read(terminal, 65536):
            shown += chunk
    except OSError:  # how a terminal ends whose other side is closed
        pass
    os.close(terminal)
    return shown.decode(errors="replace")


def one_world(kind, world, kills, chance, source, wanted):
    """Pulls everything with kills on the way; gives what is wrong."""
    database_url = new_database(f"pulled_{world}") if kind == "postgres" else None
    with Product(database_url) as target, Gate(source.port, is_legacy=world == "pages") as gate:
        target.stop()
        puller = Puller(gate, target)
        for _ in range(kills):
            puller.killed_after(chance.randint(2, 4), chance.uniform(0.0, 0.05))
        shown = puller.to_the_end()
        pages = [len(run.pages) for run in puller.runs]
        target.start()
        faults = compare(wanted, held(target.url))
        faults += [f"run {number} asked again for {again}" for number, again in puller.began_anew()]
        faults += [f"asked again after {waited:.2f} s of the second it was told to wait" for waited in gate.hasty()]
        if "[#" not in shown or "100%" not in shown:
            faults.append(f"no bar of progress on the terminal: {shown[-300:]!r}")
        if gate.refused == 0:
            faults.append("no request was answered 429, so nothing was shown about it")
        print(f"{world:>8} {kills:>6} {gate.refused:>4} {'+'.join(map(str, pages)):>28} {len(faults):>7}", flush=True)
    return faults


def compare(wanted, got):
    """What is missing, what is there that should not be, what differs."""
    faults = []
    for name, ours in wanted.items():
        theirs = got[name]
        for word, ids in [("missing", ours.keys() - theirs.keys()), ("made up", theirs.keys() - ours.keys())]:
            if ids:
                faults.append(f"{len(ids)} {name} {word}: {sorted(ids)[:3]}")
        differing = [key for key in ours.keys() & theirs.keys() if ours[key] != theirs[key]]
        faults += [f"{name} {key}: {changes(ours[key], theirs[key])}" for key in sorted(differing)[:3]]
    return faults


def changes(ours, theirs):
    names = sorted(ours.keys() | theirs.keys())
    return ", ".join(f"{n} {ours.get(n)!r} became {theirs.get(n)!r}" for n in names if ours.get(n) != theirs.get(n))


def main(kind, kills=6):
    seed = int(os.environ.get("KILL_SEED", random.randrange(1_000_000)))
    print(f"{kind}, KILL_SEED={seed}, {TRACES} traces")
    print(f"{'world':>8} {'killed':>6} {'429s':>4} {'pages of each run':>28} {'faults':>7}")
    faults = []
    with Product() as source:
        fill(source.url)
        wanted = held(source.url)
        for world in ["cursors", "pages"]:
            faults += one_world(kind, world, kills, random.Random(f"{seed} {world}"), source, wanted)
    for fault in faults:
        print(fault)
    print(f"{2 - bool(faults)} passed, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
