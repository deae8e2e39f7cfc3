# SPDX-License-Identifier: Apache-2.0
"""One round: processes start, clients load them, faults strike, all is mended, and the history is
judged once everything had time to settle."""

import dataclasses
import pathlib
import random
import threading
import time
import traceback
import uuid

from confluent_kafka import Producer

import checker
import faults
import readers
from clients import Delays, RawProducer, Submitter, Waiter, record
from history import History
from world import World

FAULT_SECONDS = 6  # in which faults begin
SETTLE_SECONDS = 60  # a bound, not an expectation
SLOW_SECONDS = 15  # a round that took longer to settle leaves its logs, too
FAULTS_PER_ROUND = (3, 6)
KILLERS = ["Killed", "KilledForGood", "KilledAgainAndAgain", "KilledInAHandOver"]


@dataclasses.dataclass(frozen=True)
class Choice:
    """Everything that chance decides follows from it."""

    seed: int
    number: int
    exactly_once: bool
    cycles: int
    names: list

    def rng(self, purpose):
        return random.Random(f"{self.seed}/{self.number}/{purpose}")

    def faults(self, brokers, store):
        """Pairs of a time and a fault, in order."""
        rng = self.rng("faults")
        if self.cycles:
            chosen = [faults.by_name(rng.choice(KILLERS)) for _ in range(6)]
        elif self.names:
            chosen = [faults.by_name(name) for name in self.names]
        else:
            chosen = faults.choose(rng, rng.randint(*FAULTS_PER_ROUND), brokers, store)
        return sorted(((rng.uniform(0, FAULT_SECONDS), f) for f in chosen), key=lambda pair: pair[0])


@dataclasses.dataclass
class Result:
    choice: Choice
    findings: list
    figures: dict
    names: list
    seconds: float
    settled: float
    folder: pathlib.Path

    def line(self):
        mode = "exactly once" if self.choice.exactly_once else "at least once"
        figures = ", ".join(f"{value} {name}" for name, value in self.figures.items())
        verdict = "FAILED" if self.findings else "ok"
        return (
            f"seed {self.choice.seed} round {self.choice.number} ({mode}): {verdict}; {figures}; "
            f"settled in {self.settled:.1f} s, {self.seconds:.1f} s in all; {', '.join(self.names)}"
        )


class Load:
    """All clients of a round."""

    def __init__(self, world, choice):
        self.delays = Delays()
        self.waiters = [
            Waiter(world, "websocket", ["websocket"]), Waiter(world, "polling", ["polling"]),
            Waiter(world, "upgrading", None),
        ]
        self.clients = [
            Submitter(world, self.delays, str(choice.rng("a").random()), self.waiters),
            Submitter(world, self.delays, str(choice.rng("b").random()), self.waiters),
            RawProducer(world, self.delays, str(choice.rng("c").random()), "producer", True),
            RawProducer(world, self.delays, str(choice.rng("d").random()), "original", False),
        ]

    def stop_submitting(self):
        for client in self.clients:
            client.stop()

    def stop_waiting(self):
        for waiter in self.waiters:
            waiter.stop()


def strike_all(world, choice):
    """Every fault in a thread of its own, at its time; back when all are mended."""
    threads = []

    def strike(index, fault):
        try:
            faults.strike(fault, world, choice.rng(f"fault {index}"))
        except Exception:  # A fault that cannot be done is a fault of the harness.
            world.history.add("ended", process=f"the fault {fault.__name__}",
                              code=traceback.format_exc())

    began = time.monotonic()
    for index, (at, fault) in enumerate(choice.faults(world.brokers, world.store)):
        time.sleep(max(0, began + at - time.monotonic()))
        threads.append(threading.Thread(target=strike, args=(index, fault)))
        threads[-1].start()
    time.sleep(max(0, began + FAULT_SECONDS - time.monotonic()))
    for thread in threads:
        thread.join()


def probe(world, delays):
    """One more request in each partition: a partition without an owner shows."""
    producer = Producer({"bootstrap.servers": world.bootstrap(), "log_level": 0, "acks": "all"})
    partitions = producer.list_topics(world.requests, timeout=20).topics[world.requests].partitions
    for partition in partitions:
        value = record(str(uuid.uuid4()), delays.next())
        producer.produce(world.requests, value, partition=partition)
    producer.flush(20)


def settle(world):
    """Until nothing is missing, or patience has ended; how long that took."""
    began = time.monotonic()
    while True:
        try:
            readers.read_all(world)
            left = checker.missing(world.history)
        except Exception as error:  # Brokers, store and gateways may need a moment to be back.
            left = [error]
        waited = time.monotonic() - began
        if not left or waited > SETTLE_SECONDS:
            return waited
        time.sleep(0.3)


def figures(world):
    history = world.history
    return {
        "accepted": len(history.of("accepted")),
        "outcomes": len(history.state["outcomes"]),
        "repeated": checker.repeated(history),
        "kills": len(history.of("killed")),
        "restarts": len(history.of("ended")),
    }


def run(brokers, store, choice, out):
    began = time.monotonic()
    folder = out / f"seed-{choice.seed}-round-{choice.number}"
    history = History(
        seed=choice.seed, round=choice.number, exactly_once=choice.exactly_once, has_store=True
    )
    world = World(brokers, store, history, choice.exactly_once)
    world.open(scorers=choice.rng("scorers").randint(1, 3))
    load = Load(world, choice)
    try:
        strike_all(world, choice)
        load.stop_submitting()
        world.heal()
        probe(world, load.delays)
        settled = settle(world)
        load.stop_waiting()
        world.close()
        findings = checker.check(history)
        if findings or settled > SLOW_SECONDS:
            folder.mkdir(parents=True, exist_ok=True)
            history.save(folder / "history.json")
            world.save_logs(folder)
    finally:
        world.over.set()
        load.stop_waiting()
        world.discard()
    names = [event["name"] for event in history.of("fault") if event["phase"] == "begins"]
    return Result(choice, findings, figures(world), names, time.monotonic() - began, settled, folder)
