"""What a client sent, read back by the API and on the pages, and what of it is missing."""

import base64
import json
import re
import time
import urllib.request
from datetime import datetime, timedelta, timezone
from html import unescape
from urllib.parse import quote, urlencode

import model
from product import PATIENCE, PUBLIC_KEY, SECRET_KEY

QUESTION, INSTRUCTIONS, SESSION, USER = "Is valve V-12 open?", "You look after valves", "shift-3", "ann"
TOOL, DESCRIPTION, ARGUMENT, RESULT = "read_valve", "Reads the state of a valve", "V-12", "shut"


class Reader:
    """Looks before a client runs, and again after it."""

    def __init__(self, product, person):
        self.product, self.person = product, person
        self.known = {one["id"] for one in self.observations()}
        self.before = self.sums()
        self.new, self.traces, self.tokens, self.cost = [], [], 0, 0

    def get(self, path, **query):
        pair = base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
        address = self.product.url + path + ("?" + urlencode(query) if query else "")
        request = urllib.request.Request(address, headers={"Authorization": "Basic " + pair})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def observations(self):
        return self.get("/api/public/observations", limit=100)["data"]

    def sums(self):
        """All tokens and all nano-dollars of the project, as its metrics have them."""
        now, day = datetime.now(timezone.utc), timedelta(days=1)
        measures = ["totalTokens", "totalCost"]
        query = {
            "view": "observations", "dimensions": [], "metrics": [{"measure": one, "aggregation": "sum"} for one in measures],
            "filters": [], "fromTimestamp": (now - day).isoformat(), "toTimestamp": (now + day).isoformat(),
        }
        rows = self.get("/api/public/metrics", query=json.dumps(query))["data"] or [{}]
        tokens, dollars = (float(rows[0].get(f"sum_{one}") or 0) for one in measures)
        return int(tokens), round(dollars * 1e9)

    def wait(self):
        """What came that was not there before, once nothing more comes for a moment."""
        begun = time.monotonic()
        while time.monotonic() - begun < 20:
            new = [one for one in self.observations() if one["id"] not in self.known]
            if new and len(new) == len(self.new):
                break
            self.new = new
            time.sleep(1)
        self.traces = [self.get(f"/api/public/traces/{quote(one, safe='')}") for one in {one["traceId"] for one in self.new}]
        self.tokens, self.cost = (now - before for now, before in zip(self.sums(), self.before))

    def misses(self, client, calls):
        """What cannot be read back, by name."""
        inputs, outputs = (" ".join(text(one[field]) for one in self.new if one.get(field)) for field in ("input", "output"))
        # The older wire has no type for a tool: there it is a span of that name.
        tools = [one for one in self.new if one["type"] == "TOOL" or TOOL in text(one["name"])]
        models = {one.get("model") or "" for one in self.new if one["type"] == "GENERATION"}
        wanted, price = client.get("model", "gpt-4o-mini"), model.PRICES[client.get("model", "gpt-4o-mini")]
        checks = {
            "question": QUESTION in inputs,
            "answer": model.ANSWER in outputs,
            "tool": any(TOOL in text(one["name"]) and one["type"] == "TOOL" for one in tools),
            "arguments": any(ARGUMENT in text(one["input"]) for one in tools),
            "result": any(RESULT in text(one["output"]) for one in tools),
            "offered": DESCRIPTION in inputs,
            "system": INSTRUCTIONS in inputs,
            "model": any(wanted in one for one in models),
            f"tokens ({self.tokens}, {calls} calls)": self.tokens == model.TOKENS * calls,
            f"cost ({self.cost}, {price * calls})": self.cost == price * calls,
            "session": any(one.get("sessionId") == SESSION for one in self.traces),
            "user": any(one.get("userId") == USER for one in self.traces),
            "trace": any(QUESTION in text(one["input"]) and model.ANSWER in text(one["output"]) for one in self.traces),
        } | self.pages(client)
        if "score" in client:
            checks["score"] = any(score["name"] == client["score"] for one in self.traces for score in one["scores"])
        if "refused" in client:
            checks |= self.refusal(client["refused"])
        excused = {name for names in client.get("cannot", {}).values() for name in names}
        there = {name.split(" (")[0] for name, holds in checks.items() if holds}
        missing = [name for name, holds in checks.items() if not holds and name.split(" (")[0] not in excused]
        # An excuse that is none any more would hide what is lost later.
        return missing + [f"{name} is there, though excused" for name in sorted(excused & there)]

    def refusal(self, name):
        """Whether the call that the model of this name refused says so, by the API and on its page, and costs nothing."""
        reason, calls = f"`{name}` does not exist", [one for one in self.new if one["type"] == "GENERATION" and one.get("model") == name]
        shown = [" ".join(re.findall(r'<p class="status bad">(.*?)</p>', self.page(one), re.S)) for one in calls]
        failed = [one for one in calls if one["level"] == "ERROR" and not one.get("calculatedTotalCost")]
        return {
            "refusal": bool(calls) and len(failed) == len(calls) and all(reason in text(one["statusMessage"]) for one in failed),
            "page: refusal": bool(calls) and all(reason in unescape(line) for line in shown),
        }

    def page(self, one):
        return self.person.get(f"/traces/{quote(one['traceId'], safe='')}?observation={one['id']}")

    def pages(self, client):
        """Whether a reader of the pages sees a conversation: who spoke, and the call of the tool with its result."""
        calls = [one for one in self.new if one["type"] == "GENERATION"]
        pages = [self.page(one) for one in calls]
        articles = [article for page in pages for article in re.findall(r'<article class="message">(.*?)</article>', page, re.S)]
        roles = {role for article in articles for role in re.findall(r"<header><span>(\w*)</span>", article)}
        labels = [unescape(re.sub(r"<.*?>", "", label)) for article in articles for label in re.findall(r'<p class="label">(.*?)</p>', article, re.S)]
        shown = {f"page: {role}": role in roles for role in ("system", "tools", "user", "assistant")}
        return shown | {
            "page: call": any("tool call" in label and TOOL in label for label in labels),
            "page: result": any("tool result" in label for label in labels),
        }


def text(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
