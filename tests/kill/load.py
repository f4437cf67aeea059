"""Posts batches over a few connections until the server dies, and keeps what was acknowledged."""

import base64
import http.client
import json
import threading
import time

import spans
from product import PATIENCE

PATH = "/api/public/otel/v1/traces"


class Load:
    """One round of load. `acknowledged` holds span ids answered with 200, `unanswered` the requests cut off."""

    def __init__(self, port, keys, round_number, connections=3):
        self.port, self.round_number = port, round_number
        self.headers = {
            "Content-Type": "application/json",
            "Authorization": "Basic " + base64.b64encode(":".join(keys).encode()).decode(),
        }
        self.acknowledged, self.unanswered, self.refused = set(), [], []
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(connections)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def join(self):
        for thread in self.threads:
            thread.join()

    def run(self, thread):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        for index in range(5_000):  # a bound, should the server never die
            ids, body = spans.batch(self.round_number, thread, index)
            try:
                if not self.post(connection, ids, body):
                    return
            except (OSError, http.client.HTTPException):
                self.unanswered.append((ids, body))
                return

    def post(self, connection, ids, body):
        """True once the batch is acknowledged; a busy server (429, 503) is asked again, as a client would."""
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE:
            connection.request("POST", PATH, body, self.headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status == 200 and not rejected(text):
                self.acknowledged.update(ids)
                return True
            if answer.status not in (429, 503):
                break
            time.sleep(0.05)
        self.refused.append((answer.status, text[:300]))
        return False

    def send_again(self, batches):
        """What was cut off in the round before comes again, byte for byte."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        for ids, body in batches:
            self.post(connection, ids, body)


def rejected(text):
    """Spans refused inside a 200 are not acknowledged."""
    return bool(text and json.loads(text).get("partialSuccess", {}).get("rejectedSpans"))
