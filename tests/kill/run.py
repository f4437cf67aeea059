"""kill -9 in mid-load: every acknowledged observation is there after the restart, once.

`run.py sqlite [ROUNDS]` or `run.py postgres [ROUNDS]` (at TEST_DATABASE_URL); five rounds unless told otherwise.
KILL_SEED repeats a run's times. `tests/kill/soak` runs a hundred on each.
"""

import os
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from load import Load
from product import PATIENCE, PUBLIC_KEY, SECRET_KEY, Product
from stored import new_database, stored


def one_round(product, number, moment, cut_off):
    """Loads the server, kills it at a moment chosen by chance, starts it again."""
    load = Load(product.port, (PUBLIC_KEY, SECRET_KEY), number)
    load.send_again(cut_off)
    load.start()
    wait_for_work(load)
    time.sleep(moment)
    busy = sum(thread.is_alive() for thread in load.threads)
    product.kill()
    load.join()
    if load.refused:
        raise SystemExit(f"a valid batch was refused: {load.refused[0]}\n{product.log_tail()}")
    if busy == 0 or not load.acknowledged:
        raise SystemExit("the kill did not fall into the load, so this round shows nothing")
    product.start()
    return load


def wait_for_work(load):
    begun = time.monotonic()
    while not load.acknowledged and time.monotonic() - begun < PATIENCE:
        if not any(thread.is_alive() for thread in load.threads):
            return
        time.sleep(0.01)


def main(kind, rounds=5):
    seed = int(os.environ.get("KILL_SEED", random.randrange(1_000_000)))
    chance = random.Random(seed)
    database_url = new_database("kill_rounds") if kind == "postgres" else None
    acknowledged, cut_off, bad = set(), [], 0
    print(f"{kind}, KILL_SEED={seed}")
    print(f"{'round':>5} {'killed after':>13} {'acknowledged':>13} {'stored':>9} {'lost':>6} {'twice':>6}")
    with Product(database_url) as product:
        for number in range(1, rounds + 1):
            moment = chance.uniform(0.3, 2.5)
            load = one_round(product, number, moment, cut_off)
            acknowledged |= load.acknowledged
            cut_off = load.unanswered
            held = stored(product.data, database_url)
            lost = len(acknowledged - held.keys())
            twice = sum(count > 1 for count in held.values())
            bad += bool(lost or twice)
            print(f"{number:>5} {moment:>11.2f} s {len(acknowledged):>13} {len(held):>9} {lost:>6} {twice:>6}", flush=True)
        print(product.command("verify", "ledger").strip())
    print(f"{rounds - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:])))
