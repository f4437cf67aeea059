"""Spans that anyone can make again: the same round, thread and batch give the same ids and times."""

import hashlib
import json

BATCH = 64
PER_TRACE = 8
BEGUN = 1_770_000_000_000_000_000


def span_id(round_number, thread, number):
    return hashlib.sha256(f"span {round_number} {thread} {number}".encode()).hexdigest()[:16]


def trace_id(round_number, thread, number):
    return hashlib.sha256(f"trace {round_number} {thread} {number // PER_TRACE}".encode()).hexdigest()[:32]


def span(round_number, thread, number):
    start = BEGUN + number * 1_000_000
    messages = json.dumps([{"role": "user", "content": f"reading {number} of pump {thread}: " + "steady " * 40}])
    return {
        "traceId": trace_id(round_number, thread, number),
        "spanId": span_id(round_number, thread, number),
        "name": f"reading-{number % 7}",
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(start + 900_000),
        "attributes": [
            {"key": "langfuse.observation.type", "value": {"stringValue": "generation"}},
            {"key": "langfuse.observation.model.name", "value": {"stringValue": "gpt-4o-mini"}},
            {"key": "langfuse.observation.input", "value": {"stringValue": messages}},
        ],
    }


def batch(round_number, thread, index):
    """One request: its span ids and its body."""
    numbers = range(index * BATCH, (index + 1) * BATCH)
    spans = [span(round_number, thread, number) for number in numbers]
    body = {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {"name": "kill"}, "spans": spans}]}]}
    return [made["spanId"] for made in spans], json.dumps(body).encode()
