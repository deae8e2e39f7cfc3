#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Works `flightcast serve` for half an hour while its clients come and go, and looks whether it grows.

Each minute is a load of its own (bench/README.md): 100 requests/s by 1,000 sessions that connect anew
at its start, lose their connections at once every 20 s, and are gone at its end. Between two minutes the
server's memory and open files are read. The last third is compared with the first after the warm-up; it
exits with 1 when it grew, or when an outcome was lost, doubled or misdelivered.
"""

import argparse
import pathlib
import statistics
import sys
import tempfile
import time

from serve import BenchmarkFailed, flightcast, load
from sockets import resident_kb

WARM_UP = 16         # minutes that are not compared: until the caches have their full size
MEMORY_GROWTH = 1.10  # that retention and caches may still show once they are warm
LATENCY_GROWTH = 1.5  # of the p50: a machine has better and worse minutes


def open_files(pid):
    return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))


def settled_files(pid, before):
    """Once the connections of the minute are closed at the server, too."""
    deadline = time.monotonic() + 30
    while open_files(pid) > before and time.monotonic() < deadline:
        time.sleep(0.5)
    return open_files(pid)


def minute(server, arguments):
    report = load(
        server, "--rate", str(arguments.rate), "--connections", str(arguments.connections),
        "--storm-every", "20s", "--duration", f"{arguments.seconds}s",
    )
    outcome = report["latency_us"]["outcome"]
    return outcome["p50"] / 1e3, outcome["p99"] / 1e3


def grew(rows):
    """The names of figures that grew from the first third to the last one."""
    third = max(len(rows) // 3, 1)
    first, last = rows[:third], rows[-third:]
    limits = {"memory": MEMORY_GROWTH, "files": 1.0, "p50": LATENCY_GROWTH}
    found = []
    for name, limit in limits.items():
        before = statistics.median(row[name] for row in first)
        after = statistics.median(row[name] for row in last)
        print(f"{name}: {before:,.2f} at first, {after:,.2f} at last")
        if after > before * limit:
            found.append(name)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=55, help="of load in each minute")
    parser.add_argument("--rate", type=int, default=100, help="requests a second")
    parser.add_argument("--connections", type=int, default=1000)
    arguments = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, flightcast(folder + "/data") as server:
        pid = server.process.pid
        idle_files = open_files(pid)
        print("| minute | memory, kB | open files | p50, ms | p99, ms |\n|---|---|---|---|---|")
        for number in range(1, arguments.minutes + 1):
            p50, p99 = minute(server, arguments)
            rows.append(
                {"memory": resident_kb(pid), "files": settled_files(pid, idle_files), "p50": p50, "p99": p99}
            )
            row = rows[-1]
            print(f"| {number} | {row['memory']:,} | {row['files']} | {p50:.2f} | {p99:.2f} |", flush=True)
    found = grew(rows[WARM_UP:] or rows)
    if found:
        sys.exit("grew: " + ", ".join(found))


if __name__ == "__main__":
    try:
        main()
    except BenchmarkFailed as failed:
        sys.exit(str(failed))
