# SPDX-License-Identifier: Apache-2.0
"""A flightcast server of its own for each test, and the small clients that the tests need."""

import http.client
import json
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/services"))
from process import free_port  # noqa: E402

PROGRAM = os.environ.get("FLIGHTCAST", str(ROOT / "build/release/flightcast"))
SUBMIT = "/flights/delays/predict/classify_realtime"
FORM = {"DepDelay": "5", "Carrier": "AA", "FlightDate": "2016-12-25", "Origin": "ATL", "Dest": "SFO"}
START_SECONDS = 60  # a bound, not an expectation: sanitizers on a busy machine are slow


def wait_until(what, is_so, seconds=START_SECONDS, pause=0.01):
    """Polls until `is_so()` gives something true, and returns it."""
    deadline = time.monotonic() + seconds
    while not (answer := is_so()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(pause)
    return answer


def read_log(file):
    """All of a file that processes write to. They share its position, so it must not be moved."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode(errors="replace")


class Server:
    """`flightcast serve` on a free port, with a data folder that outlives restarts."""

    def __init__(self, *options, data_dir=None, file_bytes_max=None, files_max=None):
        self.options = options
        self.folder = None if data_dir else tempfile.TemporaryDirectory(prefix="flightcast-e2e-")
        self.data_dir = data_dir or self.folder.name
        self.port = free_port()
        self.file_bytes_max = file_bytes_max
        self.files_max = files_max
        self.process = None
        self.log = tempfile.TemporaryFile()

    def command(self):
        return [PROGRAM, "serve", "--port", str(self.port), "--data-dir", self.data_dir, *self.options]

    def _limit(self):
        if self.files_max is not None:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.files_max, self.files_max))
        if self.file_bytes_max is not None:  # Writing beyond fails, as on a full disk.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_bytes_max, self.file_bytes_max))

    def start(self):
        return self.begin().wait_for("/readyz")

    def begin(self):
        """Starts it, whether it becomes ready or not."""
        self.refused_while_starting = 0
        self.process = subprocess.Popen(
            self.command(), stdout=self.log, stderr=self.log, preexec_fn=self._limit
        )
        return self

    def wait_for(self, path):
        """Until a GET of `path` is answered 200."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}: {self.output()}")
            try:
                if self.get(path)[0] == 200:
                    return self
                self.refused_while_starting += 1
            except OSError:
                pass
            time.sleep(0.01)
        raise RuntimeError(f"no 200 for {path}: " + self.output())

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ends it in good order; returns the exit code."""
        self.process.terminate()
        return self.process.wait(timeout=START_SECONDS)

    def output(self):
        """What it has said so far. Log lines come from a thread of their own: they may follow what
        they tell of (wait_for_line)."""
        return read_log(self.log)

    def wait_for_line(self, part):
        """Until something that it said contains `part`."""
        try:
            wait_until(f"it says {part!r}", lambda: part in self.output())
        except AssertionError as error:
            raise AssertionError(f"{error}; it said: {self.output()}") from None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()
        self.log.close()
        if self.folder:
            self.folder.cleanup()

    def request(self, method, path, body=None, headers=None):
        """One request on a connection of its own: status, headers, body as bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def get(self, path):
        return self.request("GET", path)

    def submit(self, **changes):
        """Posts the default flight, changed: None leaves a field out. Returns status and JSON."""
        fields = {k: v for k, v in {**FORM, **changes}.items() if v is not None}
        status, _, body = self.request(
            "POST", SUBMIT, urllib.parse.urlencode(fields),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        return status, json.loads(body)

    def admin_headers(self):
        """What a request with the admin token of the data folder is sent with."""
        token = pathlib.Path(self.data_dir, "admin-token").read_text().strip()
        return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def performance(self, query=""):
        status, _, body = self.get("/api/v1/performance" + query)
        assert status == 200, body
        return json.loads(body)

    def judge_some(self, count=25):
        """Predictions of flights, and their arrivals by id; until they are judged."""
        flight = {**FORM, "DepDelay": 5}
        headers = {"Content-Type": "application/json"}
        body = self.request("POST", "/api/v1/predictions?wait=10s", json.dumps([flight] * count), headers)[2]
        for place, prediction in enumerate(json.loads(body)):
            report = json.dumps({"ArrDelay": place})
            status, _, body = self.request("POST", prediction["url"] + "/arrival", report, headers)
            assert status == 202, body
        wait_until("all are judged", lambda: self.performance()["judged"] >= count)

    def wait_for_outcome(self, request_id):
        """The polling endpoint's answer once it is OK."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            status, _, body = self.get(f"{SUBMIT}/response/{request_id}")
            answer = json.loads(body)
            if answer["status"] == "OK":
                return answer
            assert status == 200 and answer["status"] == "WAIT", answer
            time.sleep(0.01)
        raise AssertionError(f"no outcome for {request_id}")


class EventClient:
    """What a Socket.IO client says and hears, whatever send() and next_packet() go over."""

    def join(self, request_id):
        self.send("42" + json.dumps(["join", {"request_id": request_id}]))

    def next_event(self):
        packet = self.next_packet()
        assert packet.startswith("42"), packet
        return json.loads(packet[2:])


class SocketIoClient(EventClient):
    """A Socket.IO client over long-polling, as plain as it can be."""

    def __init__(self, server, namespace_payload="40"):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=START_SECONDS)
        self.path = "/socket.io/?EIO=4&transport=polling"
        opened = self._get()
        self.sid = json.loads(opened[1:])["sid"]
        self.path += "&sid=" + self.sid
        self.pending = []
        self.send(namespace_payload)
        self.connected = self.next_packet()

    def _get(self):
        self.connection.request("GET", self.path)
        response = self.connection.getresponse()
        body = response.read().decode()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {body}")
        return body

    def send(self, packet):
        self.connection.request("POST", self.path, body=packet, headers={"Content-Type": "text/plain"})
        response = self.connection.getresponse()
        assert response.read() == b"ok" and response.status == 200

    def next_packet(self):
        while True:
            while self.pending:
                packet = self.pending.pop(0)
                if packet == "2":
                    self.send("3")
                elif packet != "6":
                    return packet
            self.pending = self._get().split("\x1e")

    def close(self):
        self.connection.close()
