"""A real mail server (aiosmtpd) on loopback: `mailbox.py PORT FILE` appends each letter to FILE, a JSON line each.

Runs in the environment that `tests/tools/install` makes of `aiosmtpd.txt`. Who is called `bounce` takes no mail.
"""

import json
import sys
import threading

from aiosmtpd.controller import Controller


class Keep:
    def __init__(self, file):
        self.file = file

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("bounce@"):
            return "550 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "raw": envelope.content.decode("utf-8", "replace")}
        with open(self.file, "a", encoding="utf-8") as kept:
            kept.write(json.dumps(letter) + "\n")
        return "250 taken"


if __name__ == "__main__":
    controller = Controller(Keep(sys.argv[2]), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    print("ready", flush=True)
    threading.Event().wait()
