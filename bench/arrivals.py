#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures what reports of arrivals cost those who wait for predictions (bench/README.md).

In turn, in pairs, on a fresh server each: `flightcast load` at a fixed rate without reports, and the same
beside reports at 200 in a second, each of a flight that was asked about before, so that each becomes an
evaluation. What is compared is the ratio within a pair; the median of the pairs counts.
"""

import json
import pathlib
import statistics
import sys
import tempfile
import threading
import time
import urllib.request

import serve

REPORTS_PER_SECOND = 200
LISTS_PER_SECOND = 10
FLIGHTS_PER_LIST = 500
TARGETS = {"cpu": 1.05, "p50": 1.05, "p99": 1.25}


def post(url, value, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(value).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def flights(count):
    """Flights of one day, each with a number of its own."""
    return [
        {"FlightDate": "2016-12-25", "Carrier": "AA", "Origin": "ATL", "Dest": "SFO",
         "FlightNum": str(number), "DepDelay": number % 60}
        for number in range(1, count + 1)
    ]


class Reports:
    """Posts reports of `known` flights at a fixed rate, until it is stopped."""

    def __init__(self, server, token, known):
        self.url = f"{server.url}/api/v1/arrivals"
        self.token = token
        self.known = known
        self.ended = threading.Event()
        self.posted = 0
        self.late = 0
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def run(self):
        size = REPORTS_PER_SECOND // LISTS_PER_SECOND
        began = time.monotonic()
        for turn in range(len(self.known) // size):
            due = began + turn / LISTS_PER_SECOND
            if self.ended.wait(max(0.0, due - time.monotonic())):
                return
            self.late += time.monotonic() > due + 1 / LISTS_PER_SECOND
            post(self.url, [
                {key: flight[key] for key in ("FlightDate", "Carrier", "Origin", "Dest", "FlightNum")}
                | {"ArrDelay": flight["DepDelay"] - 5}
                for flight in self.known[turn * size:(turn + 1) * size]
            ], self.token)
            self.posted += size


def judged(server):
    with urllib.request.urlopen(f"{server.url}/api/v1/performance?window=1h", timeout=10) as answer:
        return json.loads(answer.read())["judged"]


def measure(arguments, folder, has_reports):
    """One run: {cpu, p50, p99} of the requests, and how many reports came and were judged."""
    seconds = arguments.seconds + 4  # with the warm-up
    with serve.flightcast(folder) as server:
        known = flights(REPORTS_PER_SECOND * (seconds + 2))
        for begin in range(0, len(known), FLIGHTS_PER_LIST):
            post(f"{server.url}/api/v1/predictions", known[begin:begin + FLIGHTS_PER_LIST])
        token = (pathlib.Path(folder) / "admin-token").read_text().strip()
        flags = ["--rate", str(arguments.rate), "--duration", f"{arguments.seconds}s"]
        if has_reports:
            with Reports(server, token, known) as reports:
                report = serve.load(server, *flags)
            posted, late = reports.posted, reports.late
        else:
            report = serve.load(server, *flags)
            posted, late = 0, 0
        deadline = time.monotonic() + 10
        while judged(server) < posted and time.monotonic() < deadline:
            time.sleep(0.05)
        if judged(server) != posted:
            raise serve.BenchmarkFailed(f"{posted} reports, and {judged(server)} were judged")
    outcome = report["latency_us"]["outcome"]
    return {
        "cpu": report["server"]["cpu_seconds"] * 1e3 / outcome["count"],
        "p50": outcome["p50"] / 1e3,
        "p99": outcome["p99"] / 1e3,
        "posted": posted,
        "late": late,
    }


def main():
    arguments = serve.parse_arguments(
        __doc__, {}, ("--pairs", 7, "default 7"), ("--rate", 100, "requests per second, default 100"),
        ("--seconds", 10, "of one run under load, default 10"))
    print(f"{serve.processor()}, load average {serve.os.getloadavg()[0]:.2f} at the start; {arguments.pairs} pairs of "
          f"{arguments.seconds} s at {arguments.rate} requests/s, reports at {REPORTS_PER_SECOND}/s\n")
    print("| pair | CPU ms, without | with | p50 ms, without | with | p99 ms, without | with | reports |")
    print("|---|---|---|---|---|---|---|---|")
    ratios = {name: [] for name in TARGETS}
    with tempfile.TemporaryDirectory(prefix="flightcast-bench-") as folder:
        for pair in range(1, arguments.pairs + 1):
            # The order alternates, so that a machine that slows down favours neither.
            runs = {}
            for has_reports in ((False, True) if pair % 2 else (True, False)):
                runs[has_reports] = measure(arguments, f"{folder}/data", has_reports)
            cells = [f"{runs[kind][name]:.3f}" for name in TARGETS for kind in (False, True)]
            late = f", {runs[True]['late']} lists late" if runs[True]["late"] else ""
            print(f"| {pair} | {' | '.join(cells)} | {runs[True]['posted']}{late} |", flush=True)
            for name in TARGETS:
                ratios[name].append(runs[True][name] / runs[False][name])
    print("\n| ratio | median | worst | target | met |\n|---|---|---|---|---|")
    for name, target in TARGETS.items():
        median = statistics.median(ratios[name])
        print(f"| {name} | {median:.3f} | {max(ratios[name]):.3f} | ≤ {target} | "
              f"{'yes' if median <= target else '**no**'} |")


if __name__ == "__main__":
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
    serve.run("arrivals.py", main)
