"""What agents send: a release in three stages under three personas, and a nightly run that fails; and the budgets of the personas."""

import base64
import json
import os
import time
import urllib.request

from product import PATIENCE, PUBLIC_KEY, SECRET_KEY

SECOND = 1_000_000_000
# Stage, persona, tokens in and out.
STAGES = [
    ("version_bump", "backend-engineer", 600, 250),
    ("quality_validation", "testing-specialist", 500, 150),
    ("publish_deploy", "devops-engineer", 400, 150),
]
LEFT = {"backend-engineer": 1122, "testing-specialist": 826, "devops-engineer": 1228}
TOKENS = {persona: tokens_in + tokens_out for _, persona, tokens_in, tokens_out in STAGES}


class Trace:
    """Spans of one trace; times are seconds before now."""

    def __init__(self):
        self.id = os.urandom(16).hex()
        self.now = time.time_ns()
        self.spans = []

    def span(self, name, begun, ended, parent="", failed=False, **attributes):
        span_id = os.urandom(8).hex()
        attributes = [{"key": key, "value": value(said)} for key, said in attributes.items()]
        self.spans.append({
            "traceId": self.id, "spanId": span_id, "parentSpanId": parent, "name": name, "attributes": attributes,
            "startTimeUnixNano": str(self.now - int(begun * SECOND)), "endTimeUnixNano": str(self.now - int(ended * SECOND)),
            "status": {"code": 2 if failed else 1},
        })
        return span_id


def value(said):
    if isinstance(said, bool):
        return {"boolValue": said}
    return {"intValue": str(said)} if isinstance(said, int) else {"stringValue": said}


def call(trace, begun, ended, parent, tokens_in, tokens_out, **more):
    trace.span("chat", begun, ended, parent, **{
        "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": tokens_in,
        "gen_ai.usage.output_tokens": tokens_out, **more})


def release():
    """All gates are passed; each persona makes one call. With it a handoff, a task of a supervisor and a context put together."""
    trace = Trace()
    run = trace.span("workflow.package_release", 9, 0, **{"agent.id": "releaser", "tenant.id": "acme"})
    for place, (stage, persona, tokens_in, tokens_out) in enumerate(STAGES):
        begun = 9 - 3 * place
        of_stage = trace.span(f"stage.{stage}", begun, begun - 2, run,
                              **{"stage.persona": persona, "stage.quality_gate_passed": "true"})
        call(trace, begun - 0.5, begun - 1.5, of_stage, tokens_in, tokens_out)
    trace.span("handoff", 1, 0.9, run, **{
        "handoff.source_agent": "releaser", "handoff.target_agent": "announcer", "handoff.strictness": "strict", "handoff.valid": "true"})
    trace.span("supervisor.task", 1, 0.5, run, **{"task.decomposed": "true"})
    trace.span("context.compile", 1, 0.8, run, **{"context.model_tier": "large"})
    return trace.spans


def nightly():
    """Its one stage fails, and so does its call."""
    trace = Trace()
    run = trace.span("workflow.nightly", 4, 0, failed=True, **{"agent.id": "watchman", "tenant.id": "acme"})
    stage = trace.span("stage.checks", 4, 1, run, **{"stage.persona": "testing-specialist", "stage.quality_gate_passed": "false"})
    trace.span("chat", 3, 2, stage, failed=True, **{"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"})
    return trace.spans


def set_budgets(browser):
    """A budget for each persona, of which the release leaves LEFT; by somebody who is signed in."""
    headers = {"Content-Type": "application/json", "Origin": browser.url, "Sec-Fetch-Site": "same-origin"}
    for persona, left in LEFT.items():
        asked = {"scope": "persona", "name": persona, "unit": "tokens", "period": "month", "zone": "UTC",
                 "amount": str(TOKENS[persona] + left), "warn_at": [80, 100], "at_end": "tells", "reason": "What the pilot may use"}
        request = urllib.request.Request(browser.url + "/api/v1/budgets", json.dumps(asked).encode(), headers)
        with browser.opener.open(request, timeout=PATIENCE) as answer:
            answer.read()


def send(url, spans):
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "fleet"}, "spans": spans}]}]}).encode()
    pair = base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {pair}"}
    request = urllib.request.Request(url + "/api/public/otel/v1/traces", body, headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return answer.status
