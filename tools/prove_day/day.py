#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A day of operation in ten minutes: a replay of real flights at 600 times their speed, and one thing after
the other broken. Of each: the alerts that a real Prometheus with the project's rules fired, the words of
/status and of the log, and the time until all was well. Fails when an expected alert is missing or does not end.

    FLIGHTCAST=build/release/flightcast tools/prove_day/day.py [--only NAME] [--markdown FILE] [--shots FOLDER]

The times of the rules are divided by 30, those about the model by 600, as its flights are. The alarms of
/status keep their own times, so most of them are "pending" when the fault is mended.
"""

import argparse
import contextlib
import csv
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time

from watch import (
    ADMIN_TOKEN, PACE, ROOT, SPEED, Alerts, Client, Replay, StatusPage, ask_json, rule_files, wait_until, week,
)

sys.path.insert(0, str(ROOT / "tests/integration"))
from own_servers import OwnKafka  # noqa: E402
from process import say  # noqa: E402
from roles import RoleProcess  # noqa: E402
from server import PROGRAM, Server  # noqa: E402

TEXT = ["--log-format", "text"]
OPTIONS = [*TEXT, "--accept-event-time", "--connections-max", "1000"]
DISK_BYTES = 1_500_000_000  # of the small disk; an alert asks for 1 GB of room
DISK_STEP_BYTES = 16_000_000
LOG_LINES = 3
SHOT_SHAPE = ("1200", "light", "700")  # width, colours, height
PATIENCE_SECONDS = 120
ALARMS = set(re.findall(r'AlarmSpec\{"(\w+)"', (ROOT / "src/status/alarms.cc").read_text()))  # those of /status
ALERTS = {name: path.name for path in rule_files() for name in re.findall(r"alert: (\w+)", path.read_text())}
BUSY_REQUESTS = 200  # the replay is under way then
CALM_SECONDS = 8  # without a fault, so that all that follows is of the fault
MODEL_CALM_SECONDS = 180  # more than a day of flights: rules about the model compare with the day before


class Story:
    """One thing that breaks, and everything that was seen of it."""

    def __init__(self, name, wanted, folder, shots):
        self.name, self.wanted, self.folder, self.shots = name, wanted, folder, shots
        self.parts = contextlib.ExitStack()
        self.cure = ""
        self.paces = {}

    def keep(self, part):
        """Ends the part with the story."""
        self.parts.callback(part.end)
        return part

    def begin(self, server, *others, context=None, calm_seconds=CALM_SECONDS, load=True):
        """Watches the servers, sends load and waits until it has been well for a while."""
        self.processes = (server, *others)
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{server.port}"
        targets = {f"flightcast-{i}": f"127.0.0.1:{process.port}" for i, process in enumerate(self.processes)}
        self.alerts = self.keep(Alerts(targets, self.folder, self.paces, tls=context is not None))
        # The operator goes past the warning of a browser, clients do not.
        trusting = ssl.create_default_context() if context else None
        if trusting:
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        self.page = self.keep(StatusPage(self.url, trusting))
        self.client = self.keep(Client(self.url, context))
        if load:
            self.keep(Replay(self.url, self.folder))
            wait_until("the replay is under way", self.is_busy, PATIENCE_SECONDS, pause=0.2)
        time.sleep(calm_seconds)

    def is_busy(self):
        accepted = self.alerts.prometheus.query('sum(flightcast_requests_total{status="accepted"})')
        return accepted and float(accepted[0]["value"][1]) > BUSY_REQUESTS

    def breaks(self):
        self.before = set(self.alerts.seen)
        # Alerts about the budget of 30 days go on for hours, and rightly.
        self.budgets = self.before | {name for name in ALERTS if "Burns" in name}
        self.said_before = [len(process.output()) for process in self.processes]
        self.broken = time.monotonic()

    def wait_for_alerts(self):
        """Until Prometheus fires all that are wanted, and /status shows those that one process can judge."""
        wait_until(f"{self.name}: {', '.join(self.wanted)} fire", lambda: set(self.wanted) <= set(self.alerts.seen),
                   PATIENCE_SECONDS, pause=0.2)
        shown = set(self.wanted) & ALARMS
        wait_until(f"{self.name}: /status shows {', '.join(shown)}", lambda: shown <= set(self.page.alarms),
                   PATIENCE_SECONDS, pause=0.2)

    def shot(self, name):
        """A picture of the page /status as it is now, where a browser is wanted."""
        if self.shots:
            subprocess.run(
                ["node", ROOT / "tests/browser/support/status_shot.js", self.url, ADMIN_TOKEN,
                 self.shots / f"status-{name}.webp", *SHOT_SHAPE], check=True, cwd=ROOT / "tests/browser")

    def is_cured(self, cure):
        self.cure, self.mended = cure, time.monotonic()

    def wait_until_well(self):
        wait_until(f"{self.name}: predictions again", self.served, PATIENCE_SECONDS, pause=0.2)
        wait_until(f"{self.name}: alerts end", lambda: not self.alerts.firing - self.budgets, PATIENCE_SECONDS,
                   pause=0.2)
        time.sleep(1)  # The client goes on for a moment: a prediction between refusals is no cure.
        said = [process.output()[before:] for process, before in zip(self.processes, self.said_before)]
        lines = [self.short(line) for text in said for line in text.splitlines()]
        self.lines = [line for line in lines if re.search(r" (warning|error) ", line)] or lines

    def served(self):
        return self.client.served_since(self.mended)

    def after(self, moment, start=None):
        return f"{moment - (start or self.broken):.1f} s"

    def report(self):
        alerts = {n: seen for n, seen in self.alerts.seen.items() if n not in self.before}
        alarms = {n: seen for n, seen in self.page.alarms.items() if seen[0] >= self.broken}
        errors = [(self.short(m), self.short(d)) for (m, d), first in self.page.errors.items() if first >= self.broken]
        return {
            "name": self.name,
            "alerts": {name: self.told(name, *seen) for name, seen in sorted(alerts.items(), key=lambda a: a[1])},
            "alarms": {name: f"{state} after {self.after(first)}: {self.short(text)}"
                       for name, (first, state, text) in sorted(alarms.items(), key=lambda a: a[1][0])},
            "errors": errors,
            "log": self.lines,
            "client": self.client.refusals(self.broken),
            "cure": f"{self.cure} after {self.after(self.mended)}",
            "served": f"{self.after(self.served(), self.mended)}",
            "quiet": f"{self.after(max(seen[1] for n, seen in alerts.items() if n not in self.budgets), self.mended)}",
        }

    def short(self, text):
        """Without the folder of the story."""
        return text.replace(f"{self.folder}/", "")

    def told(self, name, first, last):
        """When an alert fired and ended; in parentheses, in the time of the rules as they are."""
        pace = self.paces.get(ALERTS[name], PACE)
        own_time = f"{(first - self.broken) * pace / 60:.1f} min"
        end = "goes on" if name in self.alerts.firing else f"ended after {self.after(last)}"
        return f"after {self.after(first)} ({own_time}), {end}"


def killed(story):
    """The process is killed, and begun again by hand."""
    server = story.parts.enter_context(Server(*OPTIONS))
    story.begin(server)
    story.breaks()
    server.kill()
    story.wait_for_alerts()
    server.begin()
    story.is_cured("started again")
    story.wait_until_well()


def broker_killed(story):
    """The only broker of a Kafka is killed, and started again."""
    kafka = story.parts.enter_context(OwnKafka())
    kafka.start()
    gateway = RoleProcess("gateway", *OPTIONS, "--kafka", kafka.bootstrap(), "--accept-timeout", "2s")
    scorer = RoleProcess("scorer", *TEXT, "--kafka", kafka.bootstrap())
    for process in (scorer, gateway):
        story.parts.enter_context(process)
    story.begin(gateway, scorer)
    story.breaks()
    kafka.kill(1)
    story.wait_for_alerts()
    story.shot("broker")
    kafka.start(1)
    story.is_cured("broker started again")
    story.wait_until_well()


@contextlib.contextmanager
def small_disk(folder):
    """A disk of its own, so that filling it harms no other program."""
    place = pathlib.Path(folder, "disk")
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=False)


def fill(path):
    """Takes the last byte of a disk."""
    with path.open("wb") as file:
        with contextlib.suppress(OSError):
            while True:
                os.write(file.fileno(), bytes(DISK_STEP_BYTES))


def full_disk(story):
    """The disk of the data folder is filled by another program, and freed again."""
    disk = story.parts.enter_context(small_disk(story.folder))
    server = story.parts.enter_context(Server(*OPTIONS, data_dir=str(disk / "data")))
    story.begin(server)
    story.breaks()
    fill(disk / "filler")
    story.wait_for_alerts()
    story.shot("disk")
    (disk / "filler").unlink()
    story.is_cured("room made")
    story.wait_until_well()


def damaged_model(story):
    """The model in use is overwritten by half of itself, and put back."""
    model = pathlib.Path(story.folder, "model")
    shutil.copytree(ROOT / "models/default", model)
    server = story.parts.enter_context(Server(*OPTIONS, "--model", str(model)))
    story.begin(server)
    forest = model / "forest.bin"
    good = forest.read_bytes()
    story.breaks()
    forest.write_bytes(good[: len(good) // 2])
    server.process.send_signal(signal.SIGHUP)
    story.wait_for_alerts()
    forest.write_bytes(good)
    server.process.send_signal(signal.SIGHUP)
    story.is_cured("model put back")
    story.wait_until_well()


def learn_wrongly(folder):
    """The folder of a model that learned from the delays of the week with the wrong sign."""
    routes = [json.loads(line) for line in (ROOT / "data/origin_dest_distances.jsonl").open()]
    miles = {(route["Origin"], route["Dest"]): route["Distance"] for route in routes}
    flights = pathlib.Path(folder, "wrong.csv")
    with flights.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Carrier", "FlightDate", "Origin", "Dest", "CRSDepTime", "DepDelay", "ArrDelay", "Distance"])
        for row in week():
            distance = miles.get((row["Origin"], row["Dest"]))
            if row["ArrDelay"] and distance:
                writer.writerow([row["Reporting_Airline"], row["FlightDate"], row["Origin"], row["Dest"],
                                 row["CRSDepTime"], row["DepDelay"], -int(row["ArrDelay"]), distance])
    model = pathlib.Path(folder, "wrong")
    subprocess.run([PROGRAM, "train", "--data", flights, "--out", model, "--name", "wrong", "--trees", "15",
                    "--depth", "8"], check=True, capture_output=True)
    return model


def bad_model(story):
    """A model that learned nonsense is promoted; the decider of experiments takes it back by itself."""
    model = learn_wrongly(story.folder)
    server = story.parts.enter_context(Server(*OPTIONS))
    story.paces = {"model.yml": SPEED}

    def models(*arguments):
        subprocess.run([PROGRAM, "models", *arguments, "--data-dir", server.data_dir], check=True,
                       capture_output=True)

    def champion():
        return ask_json(f"{story.url}/api/v1/models")[1].get("in_use", "")

    models("add", str(model), "--reason", "learned from the last week")
    story.begin(server, calm_seconds=MODEL_CALM_SECONDS)
    former = champion()
    story.breaks()
    models("promote", "wrong", "--reason", "figures of the training looked good")
    wait_until("it answers", lambda: champion().startswith("wrong@"))
    story.wait_for_alerts()
    story.shot("model")
    wait_until("the former model is back by itself", lambda: champion() == former, PATIENCE_SECONDS, pause=0.2)
    story.is_cured("taken back by itself")
    story.wait_until_well()


CERTIFICATE_AUTHORITY = """\
[ca]
default_ca = day
[day]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = names
copy_extensions = copy
unique_subject = no
[names]
commonName = supplied
"""


def make_certificate(folder, days):
    """A certificate that ends in so many days, or ended, signed by the authority of the folder."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    def day(number):
        return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + 86400 * number))

    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    if not pathlib.Path(folder, "ca.pem").exists():
        openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority of a day")
        pathlib.Path(folder, "ca.conf").write_text(CERTIFICATE_AUTHORITY)
        pathlib.Path(folder, "index.txt").touch()
        pathlib.Path(folder, "serial").write_text("01\n")
    openssl("req", "-new", *new_key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=IP:127.0.0.1")
    openssl("ca", "-batch", "-notext", "-config", "ca.conf", "-cert", "ca.pem", "-keyfile", "ca.key",
            "-startdate", day(-90), "-enddate", day(days), "-in", "server.csr", "-out", "server.crt")


def certificate_expired(story):
    """The certificate ends, and is renewed without a restart."""
    make_certificate(story.folder, 30)
    crt, key = (str(pathlib.Path(story.folder, name)) for name in ("server.crt", "server.key"))
    server = Server(*OPTIONS, "--tls-cert", crt, "--tls-key", key)
    story.parts.push(server)
    server.begin()
    wait_until("it is ready", lambda: "flightcast is ready" in server.output())
    context = ssl.create_default_context(cafile=str(pathlib.Path(story.folder, "ca.pem")))
    story.begin(server, context=context, load=False)
    story.breaks()
    make_certificate(story.folder, -1)
    server.process.send_signal(signal.SIGHUP)
    story.wait_for_alerts()
    make_certificate(story.folder, 365)
    server.process.send_signal(signal.SIGHUP)
    story.is_cured("certificate renewed")
    story.wait_until_well()


STORIES = {
    "broker killed": (broker_killed, ["FlightcastLogSilent", "FlightcastNotReady"]),
    "disk filled": (full_disk, ["FlightcastDiskLow", "FlightcastLogRefuses", "FlightcastNotReady"]),
    "damaged model": (damaged_model, ["FlightcastModelRefused"]),
    "bad model promoted": (bad_model, ["FlightcastCalibrationOff"]),
    "certificate expired": (certificate_expired, ["FlightcastCertificateExpired"]),
    "process killed": (killed, ["FlightcastDown"]),
}


def markdown(reports):
    lines = ["| broken | alerts | `/status` | log | clients | predictions again | alerts over |",
             "|---|---|---|---|---|---|---|"]
    for report in reports:
        cells = [report["name"],
                 "<br>".join(f"{name} {when}" for name, when in report["alerts"].items()),
                 "<br>".join(f"{name} {when}" for name, when in report["alarms"].items()),
                 "<br>".join(f"`{line}`" for line in report["log"][:LOG_LINES]),
                 "<br>".join(f"{count} x {kind}" for kind, count in report["client"].items()),
                 report["served"], report["quiet"]]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=STORIES, help="one of the stories")
    parser.add_argument("--markdown", type=pathlib.Path, help="where to write the table")
    parser.add_argument("--shots", type=pathlib.Path, help="a folder for pictures of /status; needs Chromium")
    options = parser.parse_args()
    if options.only in (None, "disk filled") and os.geteuid() != 0:
        sys.exit("prove day: needs root, for a small disk of its own; --only NAME tells another story without")
    if options.shots:
        options.shots = options.shots.resolve()
        options.shots.mkdir(parents=True, exist_ok=True)
    os.environ["FLIGHTCAST_ADMIN_TOKEN"] = ADMIN_TOKEN
    reports, begun = [], time.monotonic()
    for name, (tell, wanted) in STORIES.items():
        if options.only not in (None, name):
            continue
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="flightcast-day-") as folder:
            story = Story(name, wanted, folder, options.shots)
            with story.parts:
                tell(story)
                reports.append(story.report())
        say(f"{name}, {time.monotonic() - start:.0f} s: {json.dumps(reports[-1], indent=2)}")
        if options.markdown:
            options.markdown.write_text(markdown(reports))
    say(f"a day of {len(reports)} faults in {(time.monotonic() - begun) / 60:.1f} min")


if __name__ == "__main__":
    main()
