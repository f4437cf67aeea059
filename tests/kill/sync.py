"""kill -9 in the middle of `sync`: whatever was written in files and in the browser is in both afterwards, and no order is twice.

`sync.py [ROUNDS]`, four rounds unless told otherwise. KILL_SEED repeats a run's times.
"""

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from product import BINARY, EMAIL, Browser, Product

# Files that come new with each round, and lines that are changed on either side.
NEW, CHANGED = 12, 8
# How often one run of `sync` is killed before it may end.
KILLS = 3


class Folder:
    """The files of a round, and what each must say at its end."""

    def __init__(self, root):
        self.root, self.lines = root, {}
        root.mkdir()

    def add(self, count):
        for _ in range(count):
            name = f"order-{len(self.lines):03}.md"
            self.lines[name] = [f"check part {number} of {name}" for number in range(12)]
            self.write(name)

    def write(self, name):
        boxes = "".join(f"- [ ] {line}\n" for line in self.lines[name])
        (self.root / name).write_text(f"# Order {name}\n\n## Look\n\n{boxes}")

    def change(self, name, line, words):
        """In the file itself, so that what the other side wrote meanwhile stays."""
        path, old = self.root / name, self.lines[name][line]
        text = path.read_text()
        assert old in text, f"{name} has lost `{old}`"
        path.write_text(text.replace(old, words))
        self.lines[name][line] = words

    def left_over(self):
        return [path.name for path in self.root.glob(".tracewright-*.tmp")]


def sync(product, folder, killed_after=None):
    """One run; its seconds, or None where it was killed."""
    begun = time.monotonic()
    command = [BINARY, "sync", str(folder.root), "--as", EMAIL, "--no-new-files", *product.where]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        try:
            said, _ = run.communicate(timeout=killed_after)
        except subprocess.TimeoutExpired:
            run.kill()
            run.communicate()
            return None
    if run.returncode != 0:
        raise SystemExit(f"sync ended with {run.returncode}:\n{said}")
    return time.monotonic() - begun


def change_here(browser, number, old, words):
    """As somebody in the browser would: finds the part by what it says, and words it anew."""
    page = browser.get(f"/work-orders/{number}/edit")
    forms = [form for form in page.split("<form ")[1:] if f">\n{old}</textarea>" in form]
    block = re.search(r'name="block" value="([^"]+)"', forms[0]).group(1)
    browser.post(f"/work-orders/{number}/plan", op="set", block=block, was=old, text=words, kind="item", depth="0", asks="tick")


def orders(browser):
    """Number of each order by its title."""
    rows = browser.get("/work-orders.csv").splitlines()
    return [(re.search(r"WO-\d+-\d+", row).group(0), title.group(0))
            for row in rows if (title := re.search(r"Order order-\d+\.md", row))]


def one_round(product, browser, folder, chance, usual):
    known = dict((title, number) for number, title in orders(browser))
    for name in chance.sample(sorted(folder.lines), min(CHANGED, len(folder.lines))):
        folder.change(name, chance.randrange(0, 6), f"said by the file {chance.randrange(10**9)}")
        if number := known.get(f"Order {name}"):
            line, words = chance.randrange(6, 12), f"said in the browser {chance.randrange(10**9)}"
            change_here(browser, number, folder.lines[name][line], words)
            folder.lines[name][line] = words
    folder.add(NEW)
    killed = 0
    for _ in range(KILLS):
        killed += sync(product, folder, chance.uniform(0.05, 1.0) * usual) is None
    took = sync(product, folder)
    return killed, took


def faults(browser, folder):
    """What is not as it was written, on either side."""
    there = orders(browser)
    wrong = [f"{title} is there {sum(t == title for _, t in there)} times"
             for title in {title for _, title in there} if sum(t == title for _, t in there) != 1]
    numbers = dict((title, number) for number, title in there)
    for name, lines in folder.lines.items():
        number = numbers.get(f"Order {name}")
        if number is None:
            wrong.append(f"{name} became no order")
            continue
        for where, text in [("the file", (folder.root / name).read_text()), ("the order", browser.get(f"/work-orders/{number}.md"))]:
            wrong += [f"{where} {name} lacks `{line}`" for line in lines if f"] {line}\n" not in text]
    return wrong + [f"{name} was left over" for name in folder.left_over()]


def main(rounds=4):
    seed = int(os.environ.get("KILL_SEED", random.randrange(1_000_000)))
    chance, bad, killed_in_all = random.Random(seed), 0, 0
    print(f"KILL_SEED={seed}\n{'round':>5} {'killed':>7} {'files':>6} {'faults':>7}")
    with Product() as product:
        browser = Browser(product.url)
        browser.sign_in()
        folder = Folder(Path(product.folder.name) / "orders")
        folder.add(NEW)
        usual = sync(product, folder)
        for number in range(1, rounds + 1):
            killed, usual = one_round(product, browser, folder, chance, usual)
            wrong = faults(browser, folder)
            bad += bool(wrong)
            killed_in_all += killed
            print(f"{number:>5} {killed:>7} {len(folder.lines):>6} {len(wrong):>7}", *wrong[:5], sep="\n        ", flush=True)
        print(product.command("verify", "ledger").strip())
    if killed_in_all == 0:
        raise SystemExit("no run was killed, so this shows nothing")
    print(f"{rounds - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
