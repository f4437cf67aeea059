"""The living example's bundle verifies with foreign tools only; altered in any of 500 ways it fails and says where.

The program that checks bundles is asked the same and must answer the same, for the folder and for the zip file. Some
alterations are signed anew with the log's key: whoever holds it cannot leave out or weigh anew either.
"""

import json
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
import signed_anew
from product import BINARY, Browser, Product

NUMBER = "WO-2026-014"
VERIFIER = str(Path(BINARY).with_name("tracewright-verify"))
# All that verify.sh may use besides the shell's own commands.
TOOLS = "sh openssl sha256sum ssh-keygen od awk sed grep cut tr sort cat head tail wc cmp dd printf test expr " \
        "mktemp mkdir rm dirname basename ls find uniq join comm paste tee env true false".split()
# How many altered files are signed anew with the log's key: a sample, or over a thousand in the long form of the tests.
FORGERIES = int(os.environ.get("TRACEWRIGHT_FORGERIES", 30))
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


def line_changes(data):
    """Lines taken out, repeated, exchanged; of long files the first and the last ones."""
    lines = data.splitlines(keepends=True)
    if len(lines) < 2:
        return
    places = range(len(lines)) if len(lines) < 12 else [*range(6), *range(len(lines) - 6, len(lines))]
    for at in places:
        yield f"line {at} deleted", b"".join(lines[:at] + lines[at + 1:])
        yield f"line {at} repeated", b"".join(lines[:at] + [lines[at], lines[at]] + lines[at + 1:])
        other = (at + 1) % len(lines)
        moved = list(lines)
        moved[at], moved[other] = moved[other], moved[at]
        yield f"line {at} moved", b"".join(moved)


def value_changes(data, chance, most=3):
    """A few scalars of a JSON document changed."""
    try:
        document = json.loads(data)
    except ValueError:
        return
    places = []

    def walk(value, path):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, path + [key])
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                walk(inner, path + [at])
        else:
            places.append(path)

    walk(document, [])
    for path in chance.sample(places, min(most, len(places))):
        if not path:
            continue
        changed = json.loads(data)
        holder = changed
        for step in path[:-1]:
            holder = holder[step]
        old = holder[path[-1]]
        holder[path[-1]] = old + 1 if isinstance(old, int) and not isinstance(old, bool) else f"{old}x"
        yield f"value {path}", json.dumps(changed, separators=(",", ":"), ensure_ascii=False).encode()


def changes_of(path, chance):
    """(what, new bytes or none) for one file."""
    data = path.read_bytes()
    yield "deleted", None
    yield "a line feed more", data + b"\n"
    if data:
        place = chance.randrange(len(data))
        yield f"byte {place}", data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]
        yield "last byte gone", data[:-1]
        yield "twice", data + data
    yield from line_changes(data)
    yield from value_changes(data, chance)


def mutations(bundle, chance):
    """(file, what, new bytes): of each file some, of those at the top and of the score all; then files put in."""
    for path in files_of(bundle):
        changes = [change for change in changes_of(path, chance) if change[1] != path.read_bytes()]
        is_table = path.parent == bundle or path.parent.name == "score"
        chosen = changes if is_table else [changes[0], *chance.sample(changes[1:], min(2, len(changes) - 1))]
        yield from ((path, what, new) for what, new in chosen)
    for added in ["bodies/extra", "records/9999.json", "records/.5.json", "notes.txt", "deep/er/x", "score/more.csv"]:
        yield bundle / added, "put in", b"x\n"


def names(run, path, status=None):
    """Refused, with this status if one is given, and the file is named."""
    refusal = run.returncode != 0 if status is None else run.returncode == status
    return refusal and path.name in run.stdout + run.stderr


def put(path, new):
    if new is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(new)


def refused(bundle, tools, fingerprint, path, what, new):
    """Alters one file; both checkers must fail and name it. Puts it back."""
    good = path.read_bytes() if path.exists() else None
    put(path, new)
    try:
        run, program = verify(bundle, tools, fingerprint), verify_by_program(bundle, fingerprint)
    finally:
        put(path, good)
        if good is None and path.parent != bundle and not any(path.parent.iterdir()):
            path.parent.rmdir()
    ok = names(run, path) and names(program, path, status=1)
    if not ok:
        print(f"{path.relative_to(bundle)}: {what}")
        for who, said in (("verify.sh", run), ("tracewright-verify", program)):
            print(f"{who}: status {said.returncode}\n{said.stdout}{said.stderr}")
    return ok


def forgeries(bundle):
    """What somebody wants gone or heavier: (what, change of the folder)."""
    inputs = bundle / "score" / "inputs.csv"
    rows = inputs.read_text().splitlines()
    refuted = [row for row in rows if ",refuted," in row]
    judged = [row for row in rows if row.split(",")[2]][1:]

    def without_row(row):
        return lambda to: (to / "score" / "inputs.csv").write_text("".join(f"{it}\n" for it in rows if it != row))

    def reweighed(row):
        columns = row.split(",")
        columns[6] = columns[9] = "100"
        return lambda to: (to / "score" / "inputs.csv").write_text(
            "".join(f"{','.join(columns) if it == row else it}\n" for it in rows))

    def without_record(row):
        index = row.split(",")[2]

        def change(to):
            without_row(row)(to)
            for path in (to / "records").glob(f"{index}.*"):
                path.unlink()
            quotes = (to / "quotes.tsv").read_text().splitlines(keepends=True)
            (to / "quotes.tsv").write_text("".join(line for line in quotes if not line.startswith(f"{index}\t")))
        return change

    def without_body(row):
        index = row.split(",")[2]

        def change(to):
            without_record(row)(to)
            shutil.copy(bundle / "records" / f"{index}.json", to / "records")
            shutil.copy(bundle / "records" / f"{index}.tlog-proof", to / "records")
            (to / "score" / "left-out.tsv").write_text(f"{index}\terased\t{index}\n")
        return change

    for row in refuted:
        yield "a refuting row gone", without_row(row)
        yield "a refuting record gone", without_record(row)
        yield "a refuting body gone", without_body(row)
        yield "a refutation weighs less", reweighed(row)
    for row in judged[:3]:
        yield "a verdict gone", without_record(row)
    for index in sorted(int(path.stem) for path in (bundle / "records").glob("*.salt"))[::5]:
        def gone(to, index=index):
            for path in (to / "records").glob(f"{index}.*"):
                path.unlink()
        yield f"record {index} gone", gone


def forged(scratch, bundle, tools, fingerprint, key, what, change):
    """Both refuse a bundle whose score follows from what was changed and whose list is signed anew."""
    to = scratch / "forged"
    shutil.copytree(bundle, to)
    try:
        change(to)
        result = json.loads((to / "score" / "result.json").read_text())
        found = subprocess.run(["awk", "-f", "score/recompute.awk", "score/inputs.csv"], cwd=to, capture_output=True, text=True)
        for name, value in zip(["assured", "expected", "confidence", "coverage"], found.stdout.split()):
            result["score"][name] = int(value)
        (to / "score" / "result.json").write_text(json.dumps(result, separators=(",", ":"), sort_keys=True))
        signed_anew.reseal(to, key, scratch)
        run, program = verify(to, tools, fingerprint), verify_by_program(to, fingerprint)
    finally:
        shutil.rmtree(to)
    ok = run.returncode != 0 and program.returncode == 1
    sealed = "signature" not in run.stderr + program.stderr
    if not ok or not sealed:
        print(f"forged: {what}\n{run.stdout}{run.stderr}{program.stdout}{program.stderr}")
    return ok and sealed


def log_key(data, scratch):
    """The log's secret key as a file for openssl: PKCS #8 around the 32 bytes of the seed."""
    seed = (data / "keys" / "log.key").read_bytes()
    seed = bytes.fromhex(seed.decode().strip()) if len(seed) == 64 else seed
    der = bytes.fromhex("302e020100300506032b657004220420") + seed
    (scratch / "log.der").write_bytes(der)
    subprocess.run(["openssl", "pkey", "-inform", "DER", "-in", str(scratch / "log.der"), "-out", str(scratch / "log.pem")], check=True)
    return scratch / "log.pem"


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
        key = log_key(Path(product.data), scratch)
        product.stop()
        results += accepted(scratch, tools, fingerprint)
        results.append(statements_are_quoted(bundle))
        results += refused_with_another_key(scratch, tools)
        altered = [refused(bundle, tools, fingerprint, *one) for one in mutations(bundle, chance)]
        results += altered
        of_key = [forged(scratch, bundle, tools, fingerprint, key, *one) for one in forgeries(bundle)]
        results += of_key
        results.append(len(altered) >= 500)
        checkers = [lambda to: verify(to, tools, fingerprint), lambda to: verify_by_program(to, fingerprint)]
        ways = signed_anew.forgeries(bundle, FORGERIES, chance)
        anew = [signed_anew.refused(bundle, scratch, key, checkers, way) for way in ways]
        results += anew
        results.append(len(anew) == FORGERIES)
        print(f"{len(anew)} files altered and signed anew, {anew.count(False)} undetected")
        print(f"BUNDLE_SEED={seed}: {len(files_of(bundle))} files, {len(altered)} alterations and {len(of_key)} forgeries tried, "
              f"{altered.count(False) + of_key.count(False)} undetected")
    print(f"{sum(results)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
