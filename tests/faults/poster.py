"""Posts batches one after the other and writes down every answer."""

import base64
import collections
import http.client
import time

import spans
from load import PATH, rejected
from product import PATIENCE, PUBLIC_KEY, SECRET_KEY


class Poster:
    """A client that sends a refused batch again, byte for byte, until it is taken or the wait is over."""

    def __init__(self, port):
        self.port, self.index = port, 0
        self.acknowledged, self.tried = set(), {}
        self.statuses = collections.Counter()
        self.refused = self.refused_in_a_row = 0
        login = base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()
        self.headers = {"Content-Type": "application/json", "Authorization": "Basic " + login}

    def post_until(self, is_enough):
        deadline = time.monotonic() + PATIENCE
        while not is_enough():
            if time.monotonic() > deadline:
                raise SystemExit(f"waited {PATIENCE} s in vain; answers so far: {dict(self.statuses)}")
            self.post_one()

    def post_one(self):
        ids, body = spans.batch(99, 0, self.index)
        self.tried[self.index] = ids
        status, text = self.exchange(body)
        self.statuses[status] += 1
        if status == 200 and not rejected(text):
            self.acknowledged.update(ids)
            self.index += 1
            self.refused_in_a_row = 0
            return
        self.refused += 1
        self.refused_in_a_row += 1
        time.sleep(0.05)

    def exchange(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST", PATH, body, self.headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()
