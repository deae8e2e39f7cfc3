#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures what two challengers in the shadow cost clients: POST to push with and without them.

Two servers of the same program run beside each other, one with two challengers of the original's size (20 trees of
5 levels); they are loaded in turn, A/B B/A ..., so that both meet the machine in the same moods. The
table has the median of the ratios of each pair. Only a lost, doubled or misdelivered outcome makes this exit with 1.
"""

import pathlib
import subprocess
import sys
import tempfile
import time

import serve
from serve import PROGRAM, BenchmarkFailed, Figure, flightcast, load

FLIGHTS = pathlib.Path(serve.HERE).parent / "tests/end_to_end/testdata/flights_2008_01.csv.gz"
CHALLENGERS = 2
ANSWERED_TIMEOUT_S = 30


def run_program(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchmarkFailed(f"flightcast {' '.join(map(str, arguments))}:\n{done.stdout}{done.stderr}")
    return done.stdout


def add_challengers(folder, data_dir):
    for number in range(1, CHALLENGERS + 1):
        model = pathlib.Path(folder) / f"challenger{number}"
        run_program("train", "--data", FLIGHTS, "--out", model, "--name", model.name, "--trees", 20, "--depth", 5,
                    "--min-leaf", 20, "--seed", number)
        run_program("models", "add", model, "--data-dir", data_dir)
        run_program("models", "promote", model.name, "--alias", model.name, "--data-dir", data_dir)


def shadow_answers(data_dir):
    """How many requests challengers have answered so far."""
    text = run_program("topics", "tail", "--topic", "flight-delay-ml-shadow", "--from-beginning", "--no-follow", "--raw",
                       "--data-dir", data_dir)
    return len(text.splitlines())


def check_that_they_answer(server, data_dir):
    load(server, "--rate", "50", "--duration", "1s")
    deadline = time.monotonic() + ANSWERED_TIMEOUT_S
    while shadow_answers(data_dir) == 0:
        if time.monotonic() > deadline:
            raise BenchmarkFailed("the challengers answer nothing; there is nothing to measure")
        time.sleep(0.1)


def bench_shadows(arguments, data_dir):
    p50 = Figure("", f"POST → push with {CHALLENGERS} shadows, p50, ratio to none", "≤ 1.05", lambda r: r <= 1.05)
    p99 = Figure("", "the same, p99", "≤ 1.25", lambda r: r <= 1.25)
    plain50, plain99 = (Figure("", f"without shadows, {name} ms", "") for name in ("p50", "p99"))
    flags = ["--rate", "100", "--duration", arguments.duration]
    with tempfile.TemporaryDirectory(prefix="flightcast-bench-models-") as folder, \
            flightcast(data_dir + "-plain") as plain, flightcast(data_dir + "-shadows") as shadowed:
        add_challengers(folder, data_dir + "-shadows")
        check_that_they_answer(shadowed, data_dir + "-shadows")
        for pair in range(arguments.repeats):
            order = (plain, shadowed) if pair % 2 == 0 else (shadowed, plain)
            outcome = {server: load(server, *flags)["latency_us"]["outcome"] for server in order}
            p50.values.append(outcome[shadowed]["p50"] / outcome[plain]["p50"])
            p99.values.append(outcome[shadowed]["p99"] / outcome[plain]["p99"])
            plain50.values.append(outcome[plain]["p50"] / 1e3)
            plain99.values.append(outcome[plain]["p99"] / 1e3)
    return [p50, p99, plain50, plain99]


BENCHMARKS = {"shadows": bench_shadows}


def main():
    arguments = serve.parse_arguments(__doc__, BENCHMARKS)
    if "--repeats" not in sys.argv:
        arguments.repeats = 7
    serve.print_table(arguments, BENCHMARKS)


if __name__ == "__main__":
    serve.run("shadows.py", main)
