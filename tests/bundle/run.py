"""The living example's bundle verifies with foreign tools only; with any one byte altered it fails and says where."""

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from product import Browser, Product

NUMBER = "WO-2026-014"
# All that verify.sh may use besides the shell's own commands.
TOOLS = "sh openssl sha256sum ssh-keygen od awk sed grep cut tr sort cat head tail wc cmp dd printf test expr " \
        "mktemp mkdir rm dirname basename ls find uniq join comm paste tee env true false".split()
NOT_COVERED = {"verify.sh", "VERIFY.md"}


def toolbox(folder):
    """A folder with nothing but the allowed tools: the only PATH of verify.sh."""
    folder.mkdir()
    for name in TOOLS:
        if path := shutil.which(name):
            (folder / name).symlink_to(path)
    return folder


def verify(bundle, tools, fingerprint):
    command = ["sh", str(bundle / "verify.sh"), fingerprint]
    return subprocess.run(command, env={"PATH": str(tools)}, cwd="/", capture_output=True, text=True, timeout=300)


def fingerprint_of(product):
    """From the ledger page, not from the bundle: trust must come by another way."""
    person = Browser(product.url)
    person.sign_in()
    return re.search(r"fingerprint.*?([0-9a-f]{64})", person.get("/ledger"), re.S | re.I).group(1)


def files_of(bundle):
    return sorted(path for path in bundle.rglob("*") if path.is_file() and path.name not in NOT_COVERED)


def statements_are_quoted(bundle):
    """The words of every stated claim whose record has a body stand in quotes.tsv; the example has at least one."""
    quoted = {line.split("\t")[0] for line in (bundle / "quotes.tsv").read_text().splitlines()}
    stated = [path.name.split(".")[0] for path in (bundle / "records").glob("*.json")
              if '"type":"audit.claim_stated.v1"' in path.read_text() and path.name.count(".") == 1]
    missing = [index for index in stated if index not in quoted]
    print(f"{len(stated)} stated claims, without a quote: {missing}")
    return bool(stated) and not missing


def mutations(bundle, chance):
    """(file, position): somewhere in each file, and both ends of the files at the top."""
    for path in files_of(bundle):
        size = path.stat().st_size
        places = {chance.randrange(size)} if size else set()
        if path.parent == bundle and size:
            places |= {0, size - 1}
        yield from ((path, place) for place in sorted(places))


def refused(bundle, tools, fingerprint, path, place):
    """Alters one bit of one byte; verify.sh must fail and name the file. Puts the byte back."""
    good = path.read_bytes()
    bad = bytearray(good)
    bad[place] ^= 1
    path.write_bytes(bad)
    try:
        run = verify(bundle, tools, fingerprint)
    finally:
        path.write_bytes(good)
    said = run.stdout + run.stderr
    ok = run.returncode != 0 and path.name in said
    if not ok:
        print(f"altered {path.relative_to(bundle)} at {place}: status {run.returncode}\n{said}")
    return ok


def main():
    seed = int(os.environ.get("BUNDLE_SEED", random.randrange(1_000_000)))
    chance, results = random.Random(seed), []
    with Product(flags=["--demo"]) as product, tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        product.command("bundle", NUMBER, "-o", str(scratch / "bundle.zip"))
        zipfile.ZipFile(scratch / "bundle.zip").extractall(scratch / "bundle")
        bundle, tools, fingerprint = scratch / "bundle", toolbox(scratch / "tools"), fingerprint_of(product)
        product.stop()
        whole = verify(bundle, tools, fingerprint)
        print(whole.stdout + whole.stderr)
        results.append(whole.returncode == 0)
        results.append(statements_are_quoted(bundle))
        results.append(verify(bundle, tools, "0" * 64).returncode != 0)
        results += [refused(bundle, tools, fingerprint, *one) for one in mutations(bundle, chance)]
        print(f"BUNDLE_SEED={seed}: {len(files_of(bundle))} files, {len(results) - 3} alterations tried")
    print(f"{sum(results)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
