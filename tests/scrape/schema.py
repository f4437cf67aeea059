"""Reads dashboards by the types of Grafana's SDK and writes them again: what is not in them then is no word of the schema.

Run by the Python that has the SDK, see tests/scrape/dashboards.py; says nothing when nothing is lost.
"""

import json
import sys
from pathlib import Path

from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard


def lost(written, read, place):
    if isinstance(written, dict):
        for key, value in written.items():
            if not isinstance(read, dict) or key not in read:
                yield f"{place}.{key}"
            else:
                yield from lost(value, read[key], f"{place}.{key}")
    elif isinstance(written, list):
        if not isinstance(read, list) or len(written) != len(read):
            yield place
        else:
            for number, pair in enumerate(zip(written, read)):
                yield from lost(*pair, f"{place}[{number}]")
    elif written != read:
        yield f"{place}: {written!r} became {read!r}"


def main():
    plugins.register_default_plugins()
    for file in map(Path, sys.argv[1:]):
        written = json.loads(file.read_text())
        read = json.loads(JSONEncoder().encode(Dashboard.from_json(written)))
        for fault in lost(written, read, file.name):
            print(fault)


if __name__ == "__main__":
    main()
