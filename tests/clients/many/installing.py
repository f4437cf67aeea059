"""Each client's packages, as its list pins them; made again when the list changes."""

import shutil
import subprocess
from pathlib import Path

from product import ROOT

HERE = Path(__file__).parent


def program(client):
    """The command that runs a client's program."""
    if client["program"].endswith(".mjs"):
        folder = HERE / "js" / client["list"]
        node = packages_of_npm(folder)
        return [node, folder / client["program"]]
    return [environment(client["list"]), HERE / "python" / client["program"]]


def environment(name):
    """A Python environment with the packages of a list and no others."""
    folder, wanted = ROOT / f"target/test-tools/many-{name}", HERE / "lists" / f"{name}.txt"
    stamp = folder / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        subprocess.run(["python3", "-m", "venv", "--clear", folder], check=True)
        fetch([folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r", wanted])
        shutil.copy(wanted, stamp)
    return folder / "bin/python"


def packages_of_npm(folder):
    """The packages beside a program; a list may name the Node that its packages ask for."""
    lock, stamp = folder / "package-lock.json", folder / "node_modules/installed.json"
    # A folder without a lock pins by a day, in its .npmrc.
    wanted, verb = (lock, "ci") if lock.exists() else (folder / "package.json", "install")
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        fetch(["npm", verb, "--loglevel=error", "--no-audit", "--no-fund"], cwd=folder)
        shutil.copy(wanted, stamp)
    own = folder / "node_modules/.bin/node"
    return own if own.exists() else "node"


def fetch(command, cwd=None):
    """What comes over a network may fail for a moment."""
    for _ in range(3):
        if subprocess.run(command, cwd=cwd).returncode == 0:
            return
    raise SystemExit(f"could not be installed: {command}")
