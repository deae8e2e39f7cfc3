#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures `flightcast scorer` and `serve` on a real Kafka broker against L2, L3, T1 and X1.

Beside ours runs a bare librdkafka echo, which only copies records from one topic to another: what it
costs is the price of Kafka, the rest is ours. Ours runs with the original system's model and its
fields, as its peers do, and with the bundled model, which also explains its answers. All are measured
in turn (A/B/C A/B/C ...) on one broker, and the median and the worst repeat are printed as a Markdown
table (bench/README.md).
"""

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent / "build/release"
PROGRAM = os.environ.get("FLIGHTCAST", str(BUILD / "flightcast"))
sys.path.insert(0, str(HERE.parent / "tools/services"))

import kafka  # noqa: E402
import process  # noqa: E402

ORIGINAL_MODEL = HERE.parent / "src/features/testdata/seed-corrected"
ECHO, ORIGINAL, BUNDLED, EXACT = "echo", "original model", "bundled model", "exactly once"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def usage_of(pid):
    """CPU seconds and resident MB of a process."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    resident = int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / TICKS, resident * PAGE / 1e6


class Bench:
    def __init__(self, arguments, cluster, folder):
        self.arguments = arguments
        self.brokers = cluster.bootstrap()
        self.folder = folder
        self.figures = {}
        self.runs = 0

    def note(self, name, value):
        self.figures.setdefault(name, []).append(value)

    def topics(self):
        """Three new topics of one partition, as flags for flightcast."""
        self.runs += 1
        names = {kind: f"bench-{self.runs}-{kind}" for kind in ("request", "response", "dead-letter")}
        flags = [word for kind, name in names.items() for word in (f"--{kind}-topic", name)]
        # Groups of its own: a member that has just ended keeps its place in a group for a while.
        self.groups = ["--scorer-group", names["request"], "--archiver-group", names["response"]]
        self.flightcast("topics", "init", "--partitions", "1", *flags)
        return names, flags

    def flightcast(self, *words):
        subprocess.run(
            [PROGRAM, *words, "--kafka", self.brokers], check=True, stdout=subprocess.DEVNULL
        )

    def subject(self, what, names, flags):
        """The command of what is measured: the echo, or our scorer."""
        if what == ECHO:
            return [
                BUILD / "bench/kafka_echo", self.brokers, names["request"], names["response"],
                names["request"],
            ]
        extra = {
            ORIGINAL: ["--model", ORIGINAL_MODEL, "--response-fields", "original"],
            EXACT: ["--exactly-once"],
        }.get(what, [])
        return [
            PROGRAM, "scorer", "--kafka", self.brokers, *flags, *self.groups, *extra, "--instance-id",
            names["request"], "--archive", "off", "--log-level", "warning",
        ]

    @contextlib.contextmanager
    def running(self, command):
        log = open(self.folder / "subject.log", "ab")
        child = subprocess.Popen([str(w) for w in command], stdout=log, stderr=log)
        try:
            yield child.pid
        finally:
            child.terminate()
            child.wait(timeout=30)
            log.close()

    def hops(self, names, rate, count, warmup, source="response"):
        done = subprocess.run(
            [
                BUILD / "bench/kafka_hops", self.brokers, names["request"],
                names[source] if source else "-", str(rate), str(count), str(warmup),
            ],
            capture_output=True, text=True, check=False,
        )
        if done.returncode != 0:
            log = (self.folder / "subject.log").read_text(errors="replace")[-2000:]
            sys.exit(f"kafka_hops: {done.stdout}{done.stderr}\nthe subject said:\n{log}")
        return json.loads(done.stdout) if source else None

    def latency(self, what):
        """100 requests a second from topic to topic."""
        names, flags = self.topics()
        count = self.arguments.seconds * 100 + 100
        with self.running(self.subject(what, names, flags)) as pid:
            self.hops(names, 200, 600, 0)  # warm
            before, _ = usage_of(pid)
            answer = self.hops(names, 100, count, 100)  # its own first second does not count
            after, resident = usage_of(pid)
        self.note(f"{what} p50", answer["us_p50"] / 1e3)
        self.note(f"{what} p99", answer["us_p99"] / 1e3)
        self.note(f"{what} cpu", (after - before) / count * 1e3)
        self.note(f"{what} mb", resident)
        self.note(f"{what} doubles", answer["doubles"])

    def backlog(self, what):
        """Requests that wait when the subject starts."""
        names, flags = self.topics()
        count = self.arguments.backlog
        self.hops(names, 0, count, 0, source=None)
        with self.running(self.subject(what, names, flags)) as pid:
            done = subprocess.run(
                [BUILD / "bench/kafka_drain", self.brokers, names["response"], str(count)],
                capture_output=True, text=True, check=True,
            )
            cpu, resident = usage_of(pid)
        self.note(f"{what} backlog", count / json.loads(done.stdout)["seconds"] / 1e3)
        self.note(f"{what} backlog cpu", cpu / count * 1e6)
        self.note(f"{what} backlog mb", resident)

    def push(self):
        """From POST to push, through a gateway and a scorer in one process."""
        _, flags = self.topics()
        port = process.free_port()
        with tempfile.TemporaryDirectory(prefix="flightcast-bench-") as data:
            command = [
                PROGRAM, "serve", "--kafka", self.brokers, "--port", port, "--data-dir", data, *flags,
                *self.groups, "--log-level", "warning",
            ]
            with self.running(command):
                wait_until_ready(port)
                answer = load(port, self.arguments.seconds)
        latency = answer["latency_us"]["outcome"]
        self.note("push p50", latency["p50"] / 1e3)
        self.note("push p99", latency["p99"] / 1e3)


def wait_until_ready(port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        time.sleep(0.05)
    sys.exit("flightcast serve --kafka does not become ready")


def load(port, seconds):
    done = subprocess.run(
        [
            PROGRAM, "load", "--url", f"http://127.0.0.1:{port}", "--rate", "100", "--warmup", "5s",
            "--duration", f"{seconds}s", "--json",
        ],
        capture_output=True, text=True, check=False,
    )
    if done.returncode != 0:
        sys.exit(f"flightcast load: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


# What is measured, its name among the figures, whether more is better, and the aim.
ROWS = (
    ("L2", "request topic to response topic, p50, ms", "p50", False, "<= 1.15x"),
    ("L2", "the same, p99, ms", "p99", False, "<= 1.3x"),
    ("L3", "CPU of one request at 100/s, ms", "cpu", False, "<= 1.2x"),
    ("L3", "resident memory, MB", "mb", False, "<= 40 MB"),
    ("T1", "backlog, thousand records a second", "backlog", True, ">= 300"),
    ("T1", "CPU of one record of it, us", "backlog cpu", False, "<= 4"),
    ("", "resident memory after it, MB", "backlog mb", False, ""),
)
ALONE = (
    ("X1", "exactly once, p50, ms", f"{EXACT} p50", "<= 60"),
    ("", "exactly once, p99, ms", f"{EXACT} p99", ""),
    ("L2", "POST to push, p50, ms", "push p50", "<= 2.5"),
    ("L2", "POST to push, p99, ms", "push p99", "<= 10"),
)


def table(figures):
    """Medians, the worst in brackets; ours with the original model also as so many times the echo."""
    lines = [
        "| goal | what | echo | original model | times the echo | bundled model | aim |",
        "|---|---|---|---|---|---|---|",
    ]

    def shown(values, higher_is_better=False):
        worst = (min if higher_is_better else max)(values)
        return f"{statistics.median(values):.2f} ({worst:.2f})"

    for goal, what, name, higher_is_better, aim in ROWS:
        echo, original, bundled = (figures[f"{kind} {name}"] for kind in (ECHO, ORIGINAL, BUNDLED))
        times = statistics.median(original) / statistics.median(echo)
        cells = [shown(values, higher_is_better) for values in (echo, original, bundled)]
        lines.append(
            f"| {goal} | {what} | {cells[0]} | {cells[1]} | {times:.2f} | {cells[2]} | {aim} |"
        )
    for goal, what, name, aim in ALONE:
        lines.append(f"| {goal} | {what} | | | | {shown(figures[name])} | {aim} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10, help="of each latency run")
    parser.add_argument("--backlog", type=int, default=300_000, help="records")
    parser.add_argument("--release", default=kafka.kafka_kit.DEFAULT_VERSION, help="of Kafka")
    parser.add_argument("--json", action="store_true", help="print all repeats as JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="flightcast-bench-kafka-") as folder:
        with kafka.Cluster(pathlib.Path(folder) / "cluster") as cluster:
            cluster.create(release=arguments.release).start()
            bench = Bench(arguments, cluster, pathlib.Path(folder))
            for _ in range(arguments.repeats):
                for what in (ECHO, ORIGINAL, BUNDLED):
                    bench.latency(what)
                    bench.backlog(what)
                bench.latency(EXACT)
                bench.push()
    load_average = os.getloadavg()[0]
    print(f"Kafka {arguments.release}, load average at the end {load_average:.1f}\n")
    print(json.dumps(bench.figures) if arguments.json else table(bench.figures))


if __name__ == "__main__":
    main()
