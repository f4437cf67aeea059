"""What the source holds: traces over three days, with every kind of body, with tokens, costs and scores."""

import json
import urllib.request
from base64 import b64encode
from datetime import datetime, timedelta, timezone

from product import PATIENCE, PUBLIC_KEY, SECRET_KEY

TRACES = 300
BEGINNING = datetime(2026, 2, 1, tzinfo=timezone.utc)
FROM, TO = "2026-02-01", "2026-02-04"
AUTHORIZATION = "Basic " + b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
# What a body may be; texts that look like JSON stay texts.
BODIES = [
    {"messages": [{"role": "user", "content": "What does E-17 mean? é 漢 \u2028"}]},
    "Close the guard door.",
    '{"looks": "like an object"}',
    "[1, 2]",
    "17",
    17,
    True,
    [1.5, None, {"deep": []}],
    "",
    "  padded\n",
]


def fill(url):
    """Sends everything as the batch API takes it."""
    events = [event for number in range(TRACES) for event in events_of(number)]
    for start in range(0, len(events), 250):
        post(url + "/api/public/ingestion", {"batch": events[start : start + 250]})


def events_of(number):
    begun = BEGINNING + timedelta(minutes=14 * number)
    trace, at = f"trace-{number}", lambda seconds: (begun + timedelta(seconds=seconds)).isoformat()
    about = {"name": f"chat {number}", "userId": f"user-{number % 7}", "sessionId": f"session-{number // 3}"}
    yield event(f"{trace}-e", at(0), "trace-create", {"id": trace, "timestamp": at(0), "tags": ["a", f"t{number % 5}"], **about})
    for place, kind in enumerate(["span-create", "generation-create", "span-create"]):
        yield event(f"{trace}-e{place}", at(place), kind, observation(number, place, trace, at))
    score = {"id": f"{trace}-s", "traceId": trace, "name": "quality", "value": number % 11 / 10, "dataType": "NUMERIC"}
    yield event(f"{trace}-es", at(5), "score-create", score)


def observation(number, place, trace, at):
    body = {
        "id": f"{trace}-o{place}",
        "traceId": trace,
        "name": f"step {place}",
        "startTime": at(place),
        "endTime": at(place + 1),
        "input": BODIES[(number + place) % len(BODIES)],
        "output": BODIES[(number + place + 3) % len(BODIES)],
        "metadata": {"turn": place, "words": "é" * 20},
    }
    if place > 0:
        body["parentObservationId"] = f"{trace}-o0"
    if place == 1:
        body |= {"model": "our-model", "usageDetails": {"input": 100 + number, "output": 7, "total": 107 + number}}
        body |= {"costDetails": {"input": 0.001, "output": 0.0005, "total": 0.0015}, "modelParameters": {"temperature": 0.2}}
    return body


def event(name, at, kind, body):
    return {"id": name, "timestamp": at, "type": kind, "body": body}


def post(url, body):
    headers = {"Content-Type": "application/json", "Authorization": AUTHORIZATION}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers), timeout=PATIENCE) as answer:
        refused = json.loads(answer.read())["errors"]
    if refused:
        raise SystemExit(f"the source refused {refused[:3]}")
