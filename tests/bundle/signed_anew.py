"""What whoever holds the log's key, but cannot rewrite a log whose checkpoint somebody keeps, may alter: every file of a
bundle in every way that needs no knowledge of it, with the list of files signed anew."""

import json
import shutil
import subprocess

UNSIGNED = {"verify.sh", "VERIFY.md", "SHA256SUMS", "SHA256SUMS.sig"}


def of_bytes(data):
    yield "deleted", None
    yield "emptied", b""
    yield "cut in half", data[:len(data) // 2]
    yield "without its last byte", data[:-1]
    yield "a line feed more", data + b"\n"
    yield "a line feed before", b"\n" + data
    yield "twice", data + data
    for place in {0, len(data) // 3, len(data) // 2, len(data) - 1}:
        if data:
            yield f"byte {place}", data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]


def of_lines(data):
    """Every line taken out, repeated, and exchanged with the next."""
    lines = data.splitlines(keepends=True)
    if len(lines) < 2:
        return
    for place, line in enumerate(lines):
        yield f"line {place} deleted", b"".join(lines[:place] + lines[place + 1:])
        yield f"line {place} repeated", b"".join(lines[:place] + [line] + lines[place:])
        moved, other = list(lines), (place + 1) % len(lines)
        moved[place], moved[other] = moved[other], moved[place]
        yield f"line {place} moved", b"".join(moved)


def of_cells(data):
    """Every cell of a table changed: a number by one, a word by a letter."""
    mark = b"\t" if b"\t" in data else b","
    lines = data.splitlines(keepends=True)
    for place, line in enumerate(lines):
        cells = line.rstrip(b"\n").split(mark)
        for column, cell in enumerate(cells):
            new = str(int(cell) + 1).encode() if cell.isdigit() and len(cell) < 19 else cell + b"x"
            changed = mark.join(cells[:column] + [new] + cells[column + 1:]) + b"\n"
            yield f"line {place}, cell {column}", b"".join(lines[:place] + [changed] + lines[place + 1:])


def of_values(data):
    """Every scalar of a JSON document changed, and every member and element taken out."""
    try:
        document = json.loads(data)
    except ValueError:
        return
    for place in list(places(document)):
        for what, change in [("altered", altered), ("gone", None)]:
            changed = json.loads(data)
            holder = changed
            for step in place[:-1]:
                holder = holder[step]
            if not place or (change and isinstance(holder[place[-1]], (dict, list))):
                continue
            if change:
                holder[place[-1]] = change(holder[place[-1]])
            else:
                del holder[place[-1]]
            yield f"{what} {place}", json.dumps(changed, separators=(",", ":"), ensure_ascii=False).encode()


def places(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for step, one in inner:
        yield from places(one, (*path, step))


def altered(value):
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, (int, float)) else f"{value or ''}x"


def changes_of(path):
    data = path.read_bytes()
    yield from of_bytes(data)
    yield from of_lines(data)
    yield from of_values(data)
    if path.suffix in (".tsv", ".csv"):
        yield from of_cells(data)


def forgeries(bundle, many, chance):
    """(path, what, new bytes): of each file as many as of the others, more of the tables and of the score."""
    files = sorted(path for path in bundle.rglob("*") if path.is_file() and path.name not in UNSIGNED)
    ways = []
    for path in files:
        data, mine = path.read_bytes(), list(changes_of(path))
        mine = [(path, *change) for change in mine if change[1] != data]
        chance.shuffle(mine)
        is_table = path.parent == bundle or path.parent.name == "score"
        ways += [(number / 8 if is_table else number, chance.random(), way) for number, way in enumerate(mine)]
    ways.sort(key=lambda one: one[:2])
    return [way for _, _, way in ways[:many]]


def reseal(bundle, key, scratch):
    """Lists and signs the files anew."""
    files = sorted(str(path.relative_to(bundle)) for path in bundle.rglob("*")
                   if path.is_file() and path.name not in UNSIGNED)
    lines = subprocess.run(["sha256sum", *files], cwd=bundle, capture_output=True, check=True).stdout
    (bundle / "SHA256SUMS").write_bytes(lines)
    (scratch / "message").write_bytes(b"tracewright-bundle-v1\n" + lines)
    subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", str(key), "-rawin", "-in", str(scratch / "message"),
                    "-out", str(bundle / "SHA256SUMS.sig")], check=True, capture_output=True)


def refused(bundle, scratch, key, checkers, way):
    """Both checkers refuse it, and not for the seal; what was said where one does not."""
    path, what, new = way
    to = scratch / "anew"
    shutil.copytree(bundle, to)
    try:
        file = to / path.relative_to(bundle)
        file.unlink() if new is None else file.write_bytes(new)
        reseal(to, key, scratch)
        runs = [check(to) for check in checkers]
    finally:
        shutil.rmtree(to)
    bad = [run for run in runs if run.returncode == 0 or "signature does not match" in run.stderr and path.name != "checkpoint"]
    if bad:
        print(f"signed anew: {path.relative_to(bundle)}: {what}")
        for run in bad:
            print(f"  {' '.join(run.args[:2])}: status {run.returncode} {run.stdout[-200:]}{run.stderr}")
    return not bad
