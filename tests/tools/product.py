"""Runs the binary under test: on a free loopback port, with a data folder of its own, ended by its process id."""

import http.cookiejar
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("TRACEWRIGHT_BIN", str(ROOT / "target/debug/tracewright"))
ORDER = ROOT / "tests/tools/order.md"
PUBLIC_KEY, SECRET_KEY = "pk-lf-outside-tests", "sk-lf-outside-tests"
EMAIL, PASSWORD = "owner@example.org", "correct-horse-battery-staple"
# Seconds that anything may take which a test waits for: for a machine that hardly gets to it.
PATIENCE = 300
# What the first start creates by itself.
FIRST_START = {
    "TRACEWRIGHT_INIT_PROJECT_ID": "outside",
    "TRACEWRIGHT_INIT_PROJECT_NAME": "Outside tests",
    "TRACEWRIGHT_INIT_PUBLIC_KEY": PUBLIC_KEY,
    "TRACEWRIGHT_INIT_SECRET_KEY": SECRET_KEY,
    "TRACEWRIGHT_INIT_OWNER_EMAIL": EMAIL,
    "TRACEWRIGHT_INIT_OWNER_PASSWORD": PASSWORD,
    # Other servers that tests pull from stand on this machine too.
    "TRACEWRIGHT_PULL_PRIVATE_ADDRESSES": "true",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Product:
    """One installation: `start` and `kill` may alternate, the data stays until the `with` block ends."""

    def __init__(self, database_url=None, flags=(), parent=None):
        self.folder = tempfile.TemporaryDirectory(prefix="tracewright-outside-", dir=parent)
        self.data = Path(self.folder.name) / "data"
        self.log = Path(self.folder.name) / "server.log"
        self.where = ["--data", str(self.data)]
        if database_url:
            self.where += ["--database-url", database_url]
        self.flags = list(flags)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.folder.cleanup()

    def start(self):
        command = [BINARY, "serve", "--listen", f"127.0.0.1:{self.port}", *self.where, *self.flags]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=os.environ | FIRST_START, stdout=log, stderr=log)
        begun = time.monotonic()
        while not self.ready():
            if self.process.poll() is not None or time.monotonic() - begun > PATIENCE:
                raise SystemExit(f"the server did not start:\n{self.log_tail()}")
            time.sleep(0.05)

    def ready(self):
        try:
            with urllib.request.urlopen(self.url + "/api/public/ready", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def kill(self):
        """Ends the process as a power cut would: no handler runs."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise SystemExit(f"the server did not end when it was asked to:\n{self.log_tail()}") from None

    def command(self, *arguments):
        """Runs a subcommand on the same data and gives back what it printed."""
        run = subprocess.run([BINARY, *arguments, *self.where], capture_output=True, text=True)
        if run.returncode != 0:
            raise SystemExit(f"{arguments} ended with {run.returncode}:\n{run.stdout}{run.stderr}")
        return run.stdout

    def log_tail(self, lines=40):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Browser:
    """A person at the pages, without a real browser: keeps the cookie, posts forms as one would."""

    def __init__(self, url):
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path):
        with self.opener.open(self.url + path, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def post(self, path, **fields):
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        request = urllib.request.Request(self.url + path, body, {"Origin": self.url, "Sec-Fetch-Site": "same-origin"})
        with self.opener.open(request, timeout=PATIENCE) as answer:
            return answer.read().decode()

    def sign_in(self):
        return self.post("/sign-in", email=EMAIL, password=PASSWORD)
