"""Notices as people and programs outside get them: mails by a real mail server, the digest, mutes, the one press that ends all mail,
and a webhook whose signature is checked by code that is not ours.
"""

import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
from product import ORDER, PASSWORD, PATIENCE, ROOT, Browser, Product, free_port

PYTHON = ROOT / "target/test-tools/aiosmtpd/bin/python"
DANA = "dana@example.org"
DAY = 86_400_000_000


def wait(what, holds):
    """Asks again and again until it holds; gives what it came to."""
    begun = time.monotonic()
    while not (found := holds()):
        if time.monotonic() - begun > PATIENCE:
            raise SystemExit(f"never happened: {what}")
        time.sleep(0.1)
    return found


class Mailbox:
    """The mail server, and the letters it took."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tracewright-mail-")
        self.file = Path(self.folder.name) / "letters"
        self.port = free_port()
        self.process = subprocess.Popen([PYTHON, HERE / "mailbox.py", str(self.port), self.file], stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit("the mail server did not start")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def letters(self):
        if not self.file.exists():
            return []
        lines = self.file.read_text(encoding="utf-8").splitlines()
        return [email.message_from_string(json.loads(line)["raw"], policy=email.policy.default) for line in lines]

    def about(self, words):
        return [letter for letter in self.letters() if words in letter["subject"]]


class Hooks:
    """An address that is told, and what it was told."""

    def __enter__(self):
        came = self.came = []

        class Take(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                came.append((dict(self.headers), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Take)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()


def is_signed(secret, headers, body):
    """As https://www.standardwebhooks.com say."""
    headers = {name.lower(): value for name, value in headers.items()}
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    made = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), said, hashlib.sha256).digest()
    is_fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return is_fresh and f"v1,{base64.b64encode(made).decode()}" in headers["webhook-signature"].split(" ")


class Shop:
    """The owner, Dana who does the work, and one order."""

    def __init__(self, product):
        self.product = product
        product.command("user", "add", DANA, "--name", "Dana Okafor", "--role", "technician", "--password", PASSWORD)
        self.owner, self.dana = Browser(product.url), Browser(product.url)
        self.owner.sign_in()
        self.dana.post("/sign-in", email=DANA, password=PASSWORD)
        said = product.command("import", str(ORDER))
        self.number = re.search(r"WO-\d{4}-\d{3}", said).group()
        page = self.owner.get(f"/work-orders/{self.number}")
        self.account = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>\s*Dana Okafor', page).group(1)

    def give(self):
        self.owner.post(f"/work-orders/{self.number}/assign", account=self.account)

    def say(self, text):
        self.owner.post(f"/work-orders/{self.number}/comment", text=text)

    def told(self, words):
        return words in self.dana.get("/notices")

    def night(self):
        """Puts the notices of today into the day before, and has the morning told again."""
        with sqlite3.connect(self.product.data / "tracewright.db", timeout=PATIENCE) as stored:
            stored.execute(f"UPDATE notices SET at = at - {DAY} WHERE mail = 'digest'")
            stored.execute("UPDATE notice_settings SET morning_at = 0")
        self.owner.post("/jobs/schedules/run", name="notices.morning", scope="installation")


def check(faults, holds, what):
    print(f"{'ok' if holds else 'FAILED':>7}  {what}", flush=True)
    if not holds:
        faults.append(what)


def mail_at_once(shop, mailbox, faults):
    shop.give()
    letter = wait("a mail of the order", lambda: mailbox.about("Given to you"))[0]
    check(faults, letter["subject"] == f"{shop.number}: Given to you", "the subject names the order and what happened")
    check(faults, DANA in letter["to"] and "work@example.org" in letter["from"], "from the shop to Dana")
    check(faults, re.fullmatch(r"<[0-9a-f-]{36}@example\.org>", letter["message-id"].strip()), "a Message-ID of its own")
    plain, page = letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()
    link = f"{shop.product.url}/work-orders/{shop.number}"
    check(faults, link in plain and link in page, "plain text and HTML lead to the order")
    check(faults, "night shift relies on it" not in plain + page, "what is written in the order stays here")
    return letter


def webhook(shop, hooks, secret, faults):
    headers, body = wait("a delivery", lambda: hooks.came)[0]
    check(faults, is_signed(secret, headers, body), "the delivery is signed as Standard Webhooks ask")
    check(faults, not is_signed(secret, headers, body + " "), "one altered byte is no signature")
    said = json.loads(body)
    check(faults, said["type"] == "order.given" and said["data"]["about"]["number"] == shop.number, "it names kind and order")
    shown = wait("its state", lambda: "Delivered" in shop.owner.get("/notices/webhooks"))
    check(faults, shown, "the page shows that it was delivered")


def digest(shop, mailbox, faults):
    shop.say("Words that are nobody else's")
    wait("the notice of a comment", lambda: shop.told("commented on"))
    check(faults, not mailbox.about("notice"), "a comment is not mailed at once")
    shop.night()
    letter = wait("the digest", lambda: mailbox.about("from Outside tests"))[0]
    plain = letter.get_body(("plain",)).get_content()
    check(faults, f"commented on {shop.number}" in plain, "the digest says what happened")
    check(faults, "nobody else's" not in plain, "and not what was written")
    shop.night()
    shop.say("@Dana Okafor first call")
    wait("the mail of a mention", lambda: mailbox.about("mentioned"))
    check(faults, len(mailbox.about("from Outside tests")) == 1, "nothing is sent in a second digest")


def mute(shop, mailbox, faults):
    shop.dana.post(f"/notices/orders/{shop.number}/mute")
    shop.say("Said while it is muted")
    shop.say("@Dana Okafor second call")
    wait("the mention on a muted order", lambda: shop.told("second call"))
    check(faults, not shop.told("Said while it is muted"), "a muted order tells only what is said by name")
    wait("its mail", lambda: len(mailbox.about("mentioned")) == 2)
    shop.dana.post(f"/notices/orders/{shop.number}/unmute")


def unsubscribe(shop, mailbox, letter, faults):
    address = letter["list-unsubscribe"].strip().strip("<>")
    check(faults, letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click", "one press is offered to mailboxes")
    urllib.request.urlopen(address, timeout=PATIENCE).read()
    forged = urllib.request.Request(address[:-2] + ("00" if address[-2:] != "00" else "11"), b"List-Unsubscribe=One-Click")
    try:
        urllib.request.urlopen(forged, timeout=PATIENCE)
        check(faults, False, "a forged link is refused")
    except urllib.error.HTTPError as refused:
        check(faults, refused.code == 404, "a forged link is refused")
    with urllib.request.urlopen(urllib.request.Request(address, b"List-Unsubscribe=One-Click"), timeout=PATIENCE) as answer:
        check(faults, answer.status == 200 and answer.url == address, "the press is answered without a session")
    shop.say("@Dana Okafor third call")
    wait("a notice without a mail", lambda: shop.told("third call"))
    shop.dana.post("/notices/settings", hour="7", mail="yes")
    shop.say("@Dana Okafor fourth call")
    # Mails leave in turn: once the fourth is there, the third would be.
    wait("mail that is wanted again", lambda: len(mailbox.about("mentioned")) >= 3)
    check(faults, len(mailbox.about("mentioned")) == 3, "nothing was mailed meanwhile")


def main():
    faults = []
    with Mailbox() as mailbox, Hooks() as hooks, tempfile.TemporaryDirectory() as folder:
        url = Path(folder) / "mail.url"
        url.write_text(f"smtp://127.0.0.1:{mailbox.port}\n")
        os.environ["TRACEWRIGHT_MAIL_URL_FILE"] = str(url)
        os.environ["TRACEWRIGHT_MAIL_FROM"] = "Shop <work@example.org>"
        with Product() as product:
            shop = Shop(product)
            page = shop.owner.post("/notices/webhooks", label="Tests", url=hooks.url, kinds="order.given")
            secret = re.search(r"whsec_[A-Za-z0-9+/=]+", page).group()
            check(faults, secret not in shop.owner.get("/notices/webhooks"), "the secret is shown once")
            letter = mail_at_once(shop, mailbox, faults)
            webhook(shop, hooks, secret, faults)
            digest(shop, mailbox, faults)
            mute(shop, mailbox, faults)
            unsubscribe(shop, mailbox, letter, faults)
            shown = product.command("config", "show")
            check(faults, "(set)" in shown and str(mailbox.port) not in shown, "the settings show no address with a password in it")
            print(product.command("verify", "ledger").strip())
    print(f"{len(faults)} failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
