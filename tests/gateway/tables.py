"""Reads what became of calls straight from the database, past the product: the only file here that knows its tables."""

import json
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kill"))
from stored import psql


class Tables:
    def __init__(self, data, database_url):
        self.path, self.url = data / "tracewright.db", database_url

    def rows(self, query):
        """Rows of text."""
        if self.url:
            return [line.split("|") for line in psql(self.url, query).splitlines()]
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)
        try:
            return [["" if value is None else str(value) for value in row] for row in connection.execute(query)]
        finally:
            connection.close()

    def open_blocks(self):
        return int(self.rows("SELECT COUNT(*) FROM gateway_blocks WHERE closed_at IS NULL")[0][0])

    def blocks(self):
        rows = self.rows("SELECT first_number, last_number FROM gateway_blocks")
        return [{"first": int(first), "last": int(last)} for first, last in rows]

    def calls(self):
        """Number -> state and trace."""
        rows = self.rows("SELECT number, state, trace_id FROM gateway_calls")
        return {int(number): {"state": state, "trace": trace} for number, state, trace in rows}

    def traces(self):
        return {trace for trace, in self.rows("SELECT DISTINCT trace_id FROM observations")}

    def unused(self):
        """The numbers that the ledger tells as unused."""
        body = "encode(body, 'hex')" if self.url else "hex(body)"
        rows = self.rows(f"SELECT {body} FROM event_bodies JOIN events ON events.id = event_bodies.event_id "
                         "WHERE events.kind = 'gateway.block_closed.v1'")
        return [span for row in rows for span in json.loads(bytes.fromhex(row[0]))["data"]["unused"]]
