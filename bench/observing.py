#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What observing costs: `flightcast serve` under load, unobserved and observed, in interleaved pairs.

Observed means all at once: /metrics asked every five seconds (deploy/prometheus asks every fifteen), the page
/status open, every request traced to a collector that takes its spans, log lines in the Elastic Common Schema.
--parts chooses some, to see the share of each. The median of the pairs' ratios is compared with the bounds; a
bound that is missed makes this exit with 1.

    bench/observing.py [--pairs 7] [--rate 200] [--seconds 20] [--parts metrics,status,traces,ecs]
"""

import argparse
import contextlib
import http.server
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tools/services"), str(HERE.parent / "tests/end_to_end")]
from server import PROGRAM, Server  # noqa: E402

BOUNDS = {"cpu": 1.03, "p50": 1.05, "p99": 1.25}
ASKED_EVERY_SECONDS = {"metrics": ("/metrics", 5), "status": ("/api/v1/status", 2)}
PARTS = (*ASKED_EVERY_SECONDS, "traces", "ecs")


class Sink(http.server.BaseHTTPRequestHandler):
    """Takes every span and reads none."""

    protocol_version = "HTTP/1.1"
    batches = 0

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        Sink.batches += 1
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def collector():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def asked(server, parts):
    """The server's metrics and status are asked for, as Prometheus and an open page do."""
    ending = threading.Event()
    token = pathlib.Path(server.data_dir, "admin-token").read_text().strip()

    def ask(path, pause):
        request = urllib.request.Request(
            f"http://127.0.0.1:{server.port}{path}", headers={"Authorization": f"Bearer {token}"}
        )
        while not ending.wait(pause):
            with urllib.request.urlopen(request, timeout=10) as answer:
                answer.read()

    threads = [threading.Thread(target=ask, args=arguments)
               for part, arguments in ASKED_EVERY_SECONDS.items() if part in parts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ending.set()
        for thread in threads:
            thread.join()


def load(server, options):
    """The report of `flightcast load`."""
    done = subprocess.run(
        [PROGRAM, "load", "--url", f"http://127.0.0.1:{server.port}", "--rate", str(options.rate),
         "--duration", f"{options.seconds}s", "--pid", str(server.process.pid), "--json"],
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"flightcast load: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def run(parts, options):
    with contextlib.ExitStack() as stack:
        flags = ["--log-format", "ecs" if "ecs" in parts else "json"]
        if "traces" in parts:
            flags += ["--otlp-endpoint", stack.enter_context(collector())]
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="flightcast-observing-"))
        server = stack.enter_context(Server(*flags, data_dir=folder))
        stack.enter_context(asked(server, parts))
        return load(server, options)


def figure(report, name):
    """One figure of `flightcast load --json`."""
    return {"cpu": lambda: report["server"]["cpu_seconds"] / report["requests"]["accepted"],
            "p50": lambda: report["latency_us"]["outcome"]["p50"],
            "p99": lambda: report["latency_us"]["outcome"]["p99"]}[name]()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--seconds", type=int, default=20, help="of each run")
    parser.add_argument("--parts", default=",".join(PARTS), help="of observing; all by default")
    options = parser.parse_args()
    parts = options.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no parts {', '.join(unknown)}; there are {', '.join(PARTS)}")
    print(f"load average {os.getloadavg()[0]:.2f}; {options.pairs} pairs, {options.rate} requests a second, "
          f"observed by {', '.join(parts)}", flush=True)
    ratios = {name: [] for name in BOUNDS}
    for pair in range(options.pairs):
        order = (False, True) if pair % 2 == 0 else (True, False)
        reports = {observed: run(parts if observed else (), options) for observed in order}
        for name, found in ratios.items():
            found.append(figure(reports[True], name) / figure(reports[False], name))
        print(f"pair {pair + 1}: " + ", ".join(f"{n} {r[-1]:.3f}" for n, r in ratios.items()), flush=True)
    if "traces" in parts and Sink.batches == 0:
        raise RuntimeError("no spans came: tracing was not measured")
    missed = False
    print("\n| figure | observed / unobserved, median | worst | bound | |\n|---|---|---|---|---|")
    for name, bound in BOUNDS.items():
        median = statistics.median(ratios[name])
        missed = missed or median > bound
        print(f"| {name} | {median:.3f} | {max(ratios[name]):.3f} | {bound} | {'yes' if median <= bound else '**no**'} |")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
