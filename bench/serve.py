#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures `flightcast serve`, embedded, against its goals L1, H1 and C1 (bench/README.md).

The server and `flightcast load` are two processes on one machine, over loopback. What is compared is
interleaved (A/B A/B ...), everything is repeated, and the median and the worst repeat are printed as
a Markdown table. A goal that is missed is shown, not failed: only a lost, doubled or misdelivered
outcome, or a server that does not start, makes this exit with 1.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools/services"))
from process import free_port  # noqa: E402

PROGRAM = os.environ.get("FLIGHTCAST", str(HERE.parent / "build/release/flightcast"))
START_TIMEOUT_S = 20


class BenchmarkFailed(Exception):
    """The run cannot go on; the message says why."""


@dataclasses.dataclass
class Figure:
    """One measured quantity: a value per repeat, and what is aimed at."""

    goal: str
    what: str
    target: str
    is_met: object = None  # value -> bool; None: no target of its own
    higher_is_better: bool = False
    digits: int = 2
    values: list = dataclasses.field(default_factory=list)

    def row(self):
        median = statistics.median(self.values)
        worst = (min if self.higher_is_better else max)(self.values)
        verdict = "" if self.is_met is None else ("yes" if self.is_met(median) else "**no**")
        cells = (self.goal, self.what, f"{median:,.{self.digits}f}", f"{worst:,.{self.digits}f}")
        return f"| {' | '.join(cells)} | {self.target} | {verdict} |"


class Server:
    """A child process that answers HTTP on a free loopback port, and is stopped at the end."""

    def __init__(self, command, path):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.command = [part.replace("PORT", str(self.port)) for part in command]
        self.path = path

    def __enter__(self):
        self.log = tempfile.TemporaryFile()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FLIGHTCAST_")}
        started = time.monotonic()
        self.process = subprocess.Popen(
            self.command, stdout=self.log, stderr=self.log, env=environment
        )
        try:
            self.wait_until_ready(started + START_TIMEOUT_S)
        except BenchmarkFailed:
            self.__exit__()
            raise
        self.ready_after_s = time.monotonic() - started
        return self

    def wait_until_ready(self, deadline):
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url + self.path, timeout=1):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.001)
        self.log.seek(0)
        said = self.log.read().decode(errors="replace")[-2000:]
        raise BenchmarkFailed(f"{' '.join(self.command)} did not get ready; it said:\n{said}")

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


def flightcast(data_dir, *options):
    shutil.rmtree(data_dir, ignore_errors=True)
    flags = ["--port", "PORT", "--data-dir", data_dir, "--log-level", "warning", *options]
    return Server([PROGRAM, "serve", *flags], "/readyz")


def node(executable):
    return Server([executable, str(HERE / "accept_baseline.js"), "PORT"], "/")


def load(server, *flags):
    """Runs `flightcast load` and gives its report; no run may lose or confuse anything."""
    command = [PROGRAM, "load", "--url", server.url, "--pid", str(server.process.pid), "--json"]
    done = subprocess.run([*command, *flags], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchmarkFailed(f"{' '.join([*command, *flags])}:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def bench_latency(arguments, data_dir):
    """L1: POST sent -> prediction_ready, 100 requests/s, open loop."""
    p50 = Figure("L1", "POST → prediction_ready, 100/s, p50 ms", "≤ 1", lambda ms: ms <= 1)
    p99 = Figure("L1", "the same, p99 ms", "≤ 4", lambda ms: ms <= 4)
    post = Figure("", "POST → answer (durable), p50 ms", "")
    cpu = Figure("", "server CPU per request, ms", "")
    late = Figure("", "sent late by the load generator, p99 ms (an error of the above)", "")
    with flightcast(data_dir) as server:
        for _ in range(arguments.repeats):
            report = load(server, "--rate", "100", "--duration", arguments.duration)
            latency = report["latency_us"]
            p50.values.append(latency["outcome"]["p50"] / 1e3)
            p99.values.append(latency["outcome"]["p99"] / 1e3)
            post.values.append(latency["post"]["p50"] / 1e3)
            late.values.append(latency["send_delay"]["p99"] / 1e3)
            cpu_seconds = report["server"]["cpu_seconds"]
            cpu.values.append(cpu_seconds * 1e3 / latency["post"]["count"])
    return [p50, p99, post, late, cpu]


def bench_accept_rate(arguments, data_dir):
    """H1: POSTs accepted per second at 64 connections, beside Node that parses and answers."""
    flags = ["--rate", "0", "--post-only", "--connections", "64", "--duration", arguments.duration]
    ours = Figure("H1", "POSTs accepted per second, 64 connections", "≥ 10,000",
                  lambda rate: rate >= 10_000, higher_is_better=True, digits=0)
    theirs = Figure("", "the same: Node, which only parses and answers", "",
                    higher_is_better=True, digits=0)
    ratio = Figure("H1", "ratio to Node", "≥ 1", lambda r: r >= 1, higher_is_better=True)
    executable = shutil.which("node")
    if executable is None:
        print("no node in PATH: H1 without its comparison", file=sys.stderr)
    for _ in range(arguments.repeats):
        with flightcast(data_dir) as server:
            ours.values.append(load(server, *flags)["accepted_per_second"])
        if executable is None:
            continue
        with node(executable) as server:
            theirs.values.append(load(server, *flags)["accepted_per_second"])
        ratio.values.append(ours.values[-1] / theirs.values[-1])
    return [ours, theirs, ratio] if executable else [ours]


def bench_capacity(arguments, data_dir):
    """C1: cold start until ready, resident memory at 1,000 connections."""
    start = Figure("C1", "cold start → ready, ms", "≤ 100", lambda ms: ms <= 100, digits=0)
    memory = Figure("C1", "resident memory at 1,000 connections, MB", "≤ 60",
                    lambda mb: mb <= 60, digits=1)
    flags = ["--idle-connections", "990", "--rate", "100", "--duration", "1s"]
    for _ in range(arguments.repeats):
        with flightcast(data_dir) as server:
            start.values.append(server.ready_after_s * 1e3)
            memory.values.append(load(server, *flags)["server"]["resident_bytes"] / 1e6)
    return [start, memory]


BENCHMARKS = {"L1": bench_latency, "H1": bench_accept_rate, "C1": bench_capacity}


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown processor"


def parse_arguments(description, benchmarks, *more):
    """The flags of a benchmark; `more` are its own, as (name, default, help) of numbers."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--duration", default="5s", help="of one repeat under load, default 5s")
    parser.add_argument("--only", nargs="+", choices=list(benchmarks), help="some instead of all")
    for name, default, text in more:
        parser.add_argument(name, type=int, default=default, help=text)
    arguments = parser.parse_args()
    if arguments.repeats < 1:
        parser.error("--repeats must be at least 1")
    return arguments


def print_table(arguments, benchmarks):
    """Runs what was chosen and prints it, and on what machine, as Markdown."""
    busy = os.getloadavg()[0]
    print(f"{processor()}, {os.cpu_count()} cores, load average {busy:.2f} at the start; "
          f"{arguments.repeats} repeats of {arguments.duration}\n")
    if busy > os.cpu_count() / 2:
        print("the machine is busy: these figures say little", file=sys.stderr)
    print("| goal | what | median | worst | target | met |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="flightcast-bench-") as folder:
        for name in arguments.only or benchmarks:
            for figure in benchmarks[name](arguments, os.path.join(folder, "data")):
                print(figure.row(), flush=True)


def run(script, main):
    """main(), and its failures as one line."""
    try:
        main()
    except BenchmarkFailed as failure:
        sys.exit(f"bench/{script}: {failure}")
    except TimeoutError:
        sys.exit(f"bench/{script}: a server did not do in time what was asked of it")
    except FileNotFoundError as failure:
        sys.exit(f"bench/{script}: {failure}; './dev build' makes the program")


if __name__ == "__main__":
    run("serve.py", lambda: print_table(parse_arguments(__doc__, BENCHMARKS), BENCHMARKS))
