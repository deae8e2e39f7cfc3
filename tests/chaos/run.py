#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Chaos on real servers: rounds of seeded faults under load, each judged by its history.

Each round has topics, a database and processes of its own, on brokers and a store that last for the
whole run. What it saw stands in build/chaos; a round that failed leaves its history and all logs.
"""

import kit

if __name__ == "__main__":
    kit.become_that_python()

import argparse  # noqa: E402
import pathlib  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

import recovery  # noqa: E402
import rounds  # noqa: E402
from services import Brokers, Store  # noqa: E402

ROUND_SECONDS = 20


def arguments():
    parser = argparse.ArgumentParser(prog="./dev chaos", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1, help="of the run; a round has its number, too")
    parser.add_argument("--round", type=int, help="only this one")
    parser.add_argument("--first", type=int, default=1, help="the number of the first round")
    parser.add_argument("--minutes", type=float, help="no round begins after so many")
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    parser.add_argument("--cycles", type=int, default=0,
                        help="only kills, until so many processes were killed and started again")
    parser.add_argument("--faults", help="only these, by the names of their classes, with commas")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--exactly-once", action="store_const", const=True, dest="exactly_once")
    mode.add_argument("--at-least-once", action="store_const", const=False, dest="exactly_once",
                      help="without either, rounds take turns")
    parser.add_argument("--recovery", action="store_true", help="measure how long recovery takes")
    parser.add_argument("--tries", type=int, default=recovery.TRIES, help="of each measurement")
    parser.add_argument("--out", type=pathlib.Path, default=kit.ROOT / "build/chaos")
    return parser.parse_args()


def command_for(options, number):
    words = ["./dev chaos", f"--seed {options.seed}", f"--round {number}"]
    if options.brokers != 1:
        words.append(f"--brokers {options.brokers}")
    if options.cycles:
        words.append(f"--cycles {options.cycles}")
    if options.faults:
        words.append(f"--faults {options.faults}")
    if options.exactly_once is not None:
        words.append("--exactly-once" if options.exactly_once else "--at-least-once")
    return " ".join(words)


class Run:
    """The rounds of one command, and their sums."""

    def __init__(self, options):
        self.options = options
        self.sums = {"rounds": 0, "exactly once": 0, "failed": 0, "kills": 0, "accepted": 0,
                     "outcomes": 0, "repeated": 0, "restarts": 0}

    def numbers(self):
        if self.options.round is not None:
            yield self.options.round
            return
        number, until = self.options.first, time.monotonic() + 60 * (self.options.minutes or 1e6)
        is_wanted = (
            (lambda: self.sums["kills"] < self.options.cycles) if self.options.cycles
            else (lambda: self.sums["rounds"] < self.options.rounds)
        )
        while is_wanted() and time.monotonic() < until:
            yield number
            number += 1

    def round(self, brokers, store, number):
        options = self.options
        exactly_once = number % 2 == 0 if options.exactly_once is None else options.exactly_once
        chosen = rounds.Choice(
            seed=options.seed, number=number, exactly_once=exactly_once, cycles=options.cycles,
            names=options.faults.split(",") if options.faults else [],
        )
        result = rounds.run(brokers, store, chosen, options.out)
        print(result.line(), flush=True)
        for finding in result.findings[:20]:
            print(f"    {finding}", flush=True)
        if result.findings:
            print(f"    again: {command_for(options, number)}; see {result.folder}", flush=True)
        for name, value in result.figures.items():
            self.sums[name] += value
        self.sums["rounds"] += 1
        self.sums["exactly once"] += exactly_once
        self.sums["failed"] += bool(result.findings)


def main():
    options = arguments()
    run, began = Run(options), time.monotonic()
    with Brokers(options.brokers) as brokers, Store() as store:
        brokers.start()
        store.up()
        if options.recovery:
            return 0 if recovery.measure(brokers, store, options.tries) else 1
        for number in run.numbers():
            run.round(brokers, store, number)
    told = ", ".join(f"{value} {name}" for name, value in run.sums.items())
    print(f"seed {options.seed}: {told}; {time.monotonic() - began:.0f} s")
    return 1 if run.sums["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
