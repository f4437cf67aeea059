"""The living example's bundle verifies with foreign tools only; with any one byte altered it fails and says where.

The program that checks bundles is asked the same and must answer the same, for the folder and for the zip file.
"""

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
from product import BINARY, Browser, Product

NUMBER = "WO-2026-014"
VERIFIER = str(Path(BINARY).with_name("tracewright-verify"))
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


def verify_by_program(bundle, fingerprint):
    """The same by `tracewright-verify`, with nothing around it: no data folder, no settings, no other program."""
    command = [VERIFIER, str(bundle), "--fingerprint", fingerprint]
    return subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, timeout=300)


def verify_by_product(zip_file, fingerprint, folder):
    """The same by the whole product; the folder is for the data that it must not need."""
    command = [BINARY, "verify", "bundle", str(zip_file), "--fingerprint", fingerprint, "--data", str(folder)]
    return subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=300)


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


def names(run, path, status=None):
    """Refused, with this status if one is given, and the file is named."""
    refusal = run.returncode != 0 if status is None else run.returncode == status
    return refusal and path.name in run.stdout + run.stderr


def refused(bundle, tools, fingerprint, path, place):
    """Alters one bit of one byte; both checkers must fail and name the file. Puts the byte back."""
    good = path.read_bytes()
    bad = bytearray(good)
    bad[place] ^= 1
    path.write_bytes(bad)
    try:
        run, program = verify(bundle, tools, fingerprint), verify_by_program(bundle, fingerprint)
    finally:
        path.write_bytes(good)
    ok = names(run, path) and names(program, path, status=1)
    if not ok:
        print(f"altered {path.relative_to(bundle)} at {place}")
        for who, said in (("verify.sh", run), ("tracewright-verify", program)):
            print(f"{who}: status {said.returncode}\n{said.stdout}{said.stderr}")
    return ok


def numbers(text, pattern):
    found = re.search(pattern, text)
    return [int(number) for number in found.groups()] if found else None


def agree(script, program):
    """What both count and compute is the same."""
    pairs = [
        (r"(\d+) records stand in the log \((\d+) ", r"records   (\d+) \((\d+) "),
        (r"(\d+) pinned revisions and (\d+) bodies", r"evidence  (\d+) revisions, (\d+) bodies"),
        (r"(\d+) quotes stand", r", (\d+) quotes"),
        (r"the score is (\d+) (\d+) (\d+) (\d+) ", r"score     (\d+) (\d+) (\d+) (\d+) "),
    ]
    counted = [(numbers(script, theirs), numbers(program, ours)) for theirs, ours in pairs]
    print(f"verify.sh and tracewright-verify: {counted}")
    return all(theirs is not None and theirs == ours for theirs, ours in counted)


def accepted(scratch, tools, fingerprint):
    """By the script, by the program as folder and as zip file, and by the product: each says the same."""
    script = verify(scratch / "bundle", tools, fingerprint)
    print(script.stdout + script.stderr)
    folder = verify_by_program(scratch / "bundle", fingerprint)
    packed = verify_by_program(scratch / "bundle.zip", fingerprint)
    product = verify_by_product(scratch / "bundle.zip", fingerprint, scratch / "nothing")
    runs = [script, folder, packed, product]
    print(folder.stdout + "".join(run.stderr for run in runs))
    return [
        all(run.returncode == 0 for run in runs),
        folder.stdout == packed.stdout == product.stdout,
        agree(script.stdout, folder.stdout),
        not (scratch / "nothing").exists(),
    ]


def refused_with_another_key(scratch, tools):
    zeros = "0" * 64
    return [
        verify(scratch / "bundle", tools, zeros).returncode != 0,
        verify_by_program(scratch / "bundle", zeros).returncode == 1,
        verify_by_program(scratch / "bundle.zip", zeros).returncode == 1,
        verify_by_product(scratch / "bundle.zip", zeros, scratch / "nothing").returncode == 1,
    ]


def main():
    seed = int(os.environ.get("BUNDLE_SEED", random.randrange(1_000_000)))
    chance, results = random.Random(seed), []
    with Product(flags=["--demo"]) as product, tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        product.command("bundle", NUMBER, "-o", str(scratch / "bundle.zip"))
        zipfile.ZipFile(scratch / "bundle.zip").extractall(scratch / "bundle")
        bundle, tools, fingerprint = scratch / "bundle", toolbox(scratch / "tools"), fingerprint_of(product)
        product.stop()
        results += accepted(scratch, tools, fingerprint)
        results.append(statements_are_quoted(bundle))
        results += refused_with_another_key(scratch, tools)
        altered = [refused(bundle, tools, fingerprint, *one) for one in mutations(bundle, chance)]
        results += altered
        print(f"BUNDLE_SEED={seed}: {len(files_of(bundle))} files, {len(altered)} alterations tried")
    print(f"{sum(results)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
