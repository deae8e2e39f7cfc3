# SPDX-License-Identifier: Apache-2.0
"""Everything that looks at a server from outside while it has a bad day: a Prometheus with the project's
rules at a faster pace, the page /status, the log, and a client that asks for predictions all the time."""

import contextlib
import csv
import gzip
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / part) for part in ("tools/services", "tests/end_to_end", "tests/operations")]

from prometheus import Prometheus, rule_files  # noqa: E402
from server import FORM, PROGRAM, wait_until  # noqa: E402

ADMIN_TOKEN = "the admin token of the day"
SPEED = 600  # of the replay
BUSY_FROM = 1000  # the clock of the first flights
PACE = 30  # of the rules
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LOOK_SECONDS = 0.25


def week():
    """The rows of the demo week from the first busy hour on."""
    with gzip.open(ROOT / "data/demo_week.csv.gz", "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    first = min(row["FlightDate"] for row in rows)
    return [row for row in rows if row["FlightDate"] > first or int(row["CRSDepTime"]) >= BUSY_FROM]


def paced(pace):
    """Writes one time of a rule as it is at that pace."""
    def write(match):
        milliseconds = int(match[1]) * UNITS[match[2]] * 1000 // pace
        return f"{milliseconds}ms" if milliseconds else "0s"
    return write


def fast_rules(folder, paces):
    """The project's rules with ranges, offsets, `for` and intervals divided by their pace: that of their
    file in `paces`, else PACE."""
    written = []
    for path in rule_files():
        pace = paces.get(path.name, PACE)
        text = path.read_text()
        for before, behind in ((r"\[", r"\]"), (r"offset ", r"\b"), (r"for: ", r"\b")):
            text = re.sub(rf"(?<={before})(\d+)([smhd])(?={behind})", paced(pace), text)
        text = re.sub(r"(?<=, )86400(?=\))", str(86400 // pace), text)  # of predict_linear
        text = text.replace("interval: 30s", "interval: 500ms")
        written.append(pathlib.Path(folder, path.name))
        written[-1].write_text(text)
    return written


def ask_json(url, data=None, context=None, timeout=10):
    """Status and JSON of an answer, also of one with an error."""
    headers = {"Authorization": f"Bearer {ADMIN_TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=context) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, {}


class Thread:
    """Calls `look` again and again until end()."""

    def begin(self):
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ending.wait(LOOK_SECONDS):
            with contextlib.suppress(OSError, ValueError, KeyError):
                self.look()

    def end(self):
        self.ending.set()
        self.thread.join()


class Alerts(Thread):
    """The alerts of a Prometheus that scrapes `targets`: those that fire, and when each began and ended."""

    def __init__(self, targets, folder, paces, tls):
        rules = pathlib.Path(folder, "rules")
        rules.mkdir()
        self.prometheus = Prometheus(targets, fast_rules(rules, paces), tls=tls)
        self.firing = set()
        self.seen = {}  # name -> [first, last]
        self.begin()

    def look(self):
        alerts = self.prometheus.ask("alerts")["alerts"]
        now = time.monotonic()
        self.firing = {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}
        for name in self.firing:
            self.seen.setdefault(name, [now, now])[1] = now

    def end(self):
        super().end()
        self.prometheus.end()


class StatusPage(Thread):
    """Alarms and errors that GET /api/v1/status shows, and when each was first seen."""

    def __init__(self, url, context):
        self.url, self.context = url + "/api/v1/status", context
        self.alarms = {}  # name -> [first, state, text]
        self.errors = {}  # (message, detail) -> first
        self.begin()

    def look(self):
        _, status = ask_json(self.url, context=self.context, timeout=5)
        now = time.monotonic()
        for alarm in status["alarms"]:
            known = self.alarms.setdefault(alarm["name"], [now, "", ""])
            if alarm["state"] != known[1] and known[1] != "firing":
                known[1:] = alarm["state"], alarm["text"]
        for error in status["errors"]:
            self.errors.setdefault((error["message"], error["detail"]), now)


class Client(Thread):
    """Asks for one prediction after the other, and notes when it got none."""

    def __init__(self, url, context):
        self.url, self.context = url + "/api/v1/predictions?wait=3s", context
        self.flight = json.dumps({**FORM, "DepDelay": 5}).encode()
        self.answers = []  # (time, "200" or another status or error)
        self.begin()

    def look(self):
        asked = time.monotonic()
        try:
            status, body = ask_json(self.url, self.flight, self.context)
            text = "200" if status == 200 and "prediction" in body else f"{status}"
        except OSError as error:
            reason = getattr(error, "reason", error)
            text = type(reason).__name__
        self.answers.append((asked, text))

    def refusals(self, since):
        """By kind, how many answers had no prediction."""
        counts = {}
        for asked, text in self.answers:
            if asked >= since and text != "200":
                counts[text] = counts.get(text, 0) + 1
        return counts

    def served_since(self, moment):
        """When the first prediction after `moment` was asked for that was followed by predictions only."""
        later = [answer for answer in self.answers if answer[0] >= moment]
        bad = [i for i, (_, text) in enumerate(later) if text != "200"]
        good = later[bad[-1] + 1:] if bad else later
        return good[0][0] if good else None


class Replay(Thread):
    """`flightcast replay` of the demo week to a server; begun again where it was when it ends."""

    def __init__(self, url, folder):
        self.log = tempfile.TemporaryFile()
        flights, rows = pathlib.Path(folder, "week.csv"), week()
        with flights.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        self.command = [PROGRAM, "replay", "--data", str(flights), "--url", url, "--speed", str(SPEED),
                        "--position", str(pathlib.Path(folder, "position"))]
        self.process = None
        self.begin()

    def look(self):
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)

    def end(self):
        super().end()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


__all__ = ["ADMIN_TOKEN", "PACE", "ROOT", "SPEED", "Alerts", "Client", "Replay", "StatusPage", "ask_json",
           "rule_files", "wait_until", "week"]
