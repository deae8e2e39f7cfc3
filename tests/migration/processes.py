# SPDX-License-Identifier: Apache-2.0
"""The parts of a migration as processes: the original's, written to the contract, and ours."""

import http.client
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from kits import ROOT

sys.path.insert(0, str(ROOT / "tests/end_to_end"))

from server import PROGRAM, SUBMIT, free_port, read_log, wait_until  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
MODEL = ROOT / "src/features/testdata/seed-as-deployed"
PATIENCE_S = 120  # a bound, not an expectation: JVMs on a busy machine are slow


def wait_for(what, found):
    """The first true answer of `found`."""
    return wait_until(what, found, PATIENCE_S, pause=0.05)


class Part:
    """A process whose output is kept; ends with the `with` block."""

    def __init__(self, *command):
        self.command = [str(word) for word in command]
        self.log = tempfile.TemporaryFile()
        self.process = None

    def is_ready(self):
        return "ready" in self.output()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)
        wait_for(f"{self.command} to be ready", self._is_up)
        return self

    def _is_up(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.command} ended: {self.output()}")
        return self.is_ready()

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=PATIENCE_S)

    def output(self):
        return read_log(self.log)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()
        self.log.close()


class WebPart(Part):
    """A part with a port, ours or the original's."""

    ready_path = "/readyz"

    def is_ready(self):
        return self.get(self.ready_path)[0] == 200

    def get(self, path):
        return self.ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def ask(self, request):
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def submit(self, **form):
        body = urllib.parse.urlencode(form).encode()
        return self.ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{SUBMIT}", data=body))

    def poll(self, request_id):
        return self.get(f"{SUBMIT}/response/{request_id}")[1]


class OriginalWeb(WebPart):
    ready_path = "/ready"

    def __init__(self, kafka, mongo):
        self.port = free_port()
        super().__init__(sys.executable, HERE / "original_web.py", self.port, kafka, mongo)

    def dropped(self):
        """How many answers were emitted before anybody had joined."""
        return int(self.get("/dropped")[1])


class Page:
    """The original's page in a browser: its socket is open before the form is posted."""

    def __init__(self, web):
        self.form, self.socket = (
            http.client.HTTPConnection("127.0.0.1", web.port, timeout=PATIENCE_S) for _ in range(2)
        )
        self.form.connect()
        self.socket.connect()

    def ask(self, form, late=0.0):
        """Posts the form and joins `late` seconds after its answer: the id, and what was pushed;
        None when nothing was."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.form.request("POST", SUBMIT, urllib.parse.urlencode(form), headers)
        request_id = json.loads(self.form.getresponse().read())["id"]
        if late:
            time.sleep(late)
        self.socket.request("GET", f"/join/{request_id}")
        response = self.socket.getresponse()
        pushed = response.read()
        return request_id, json.loads(pushed) if response.status == 200 else None

    def close(self):
        self.form.close()
        self.socket.close()


class OriginalScorer(Part):
    def __init__(self, kafka, mongo, order, *options):
        super().__init__(sys.executable, HERE / "original_scorer.py", kafka, mongo, order, *options)


class OurGateway(WebPart):
    def __init__(self, kafka, mongo, *options):
        self.port = free_port()
        super().__init__(
            PROGRAM, "gateway", "--port", self.port, "--kafka", kafka, "--mongo", mongo, *options
        )


class OurScorer(WebPart):
    def __init__(self, kafka, mongo, *options):
        self.port = free_port()
        store = ["--mongo", mongo] if mongo else ["--archive", "off"]
        super().__init__(
            PROGRAM, "scorer", "--kafka", kafka, *store, "--model", MODEL, "--operations-port",
            self.port, "--response-fields", "original", "--original-readers", *options,
        )
