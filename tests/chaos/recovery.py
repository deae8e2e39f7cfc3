# SPDX-License-Identifier: Apache-2.0
"""How long recovery takes, measured with the processes and servers of the rounds: './dev chaos
--recovery'. Each measurement has topics of its own, 50 requests a second spread over all partitions,
and a reader of committed records that notes when each outcome can be seen."""

import json
import statistics
import threading
import time
import uuid

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import OffsetSpec

from clients import record
from history import History
from world import PARTITIONS, SESSION_SECONDS, World

EVERY_SECONDS = 0.02
WARM_SECONDS = 2
PATIENCE_SECONDS = 30
TRIES = 10
ARCHIVED_SQLITE, ARCHIVED_MONGO = 60_000, 1_500  # FerretDB uses no index: its time grows with its size


class Stream:
    """Requests in turn for each partition, and the times at which outcomes were seen."""

    def __init__(self, world):
        self.world = world
        self.sent, self.seen = {}, {}  # by id: (time, partition), time
        self.over = threading.Event()
        self.threads = [threading.Thread(target=run, daemon=True) for run in (self.send, self.see)]
        for thread in self.threads:
            thread.start()

    def send(self):
        producer = Producer({"bootstrap.servers": self.world.bootstrap(), "linger.ms": 0,
                             "log_level": 0, "acks": "all"})
        number = 0
        while not self.over.wait(EVERY_SECONDS):
            request_id, partition = str(uuid.uuid4()), number % PARTITIONS
            self.sent[request_id] = (time.monotonic(), partition)
            producer.produce(self.world.requests, record(request_id, number * 0.125),
                             partition=partition)
            producer.poll(0)
            number += 1
        producer.flush(20)

    def see(self):
        consumer = Consumer({
            "bootstrap.servers": self.world.bootstrap(), "group.id": uuid.uuid4().hex,
            "isolation.level": "read_committed", "fetch.wait.max.ms": 10, "log_level": 0,
        })
        consumer.assign([TopicPartition(self.world.responses, p, 0) for p in range(PARTITIONS)])
        while not self.over.is_set() or (self.unseen() and not self.late()):
            for message in consumer.consume(200, 0.01):
                if message.error() is None:
                    self.seen.setdefault(json.loads(message.value())["UUID"], time.monotonic())
        consumer.close()

    def unseen(self):
        return [i for i in list(self.sent) if i not in self.seen]

    def late(self):
        return time.monotonic() - self.ended > PATIENCE_SECONDS

    def first_after(self, moment, partitions):
        """When the first outcome of a request to these partitions sent after `moment` was seen."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            times = [self.seen[i] for i, (at, partition) in list(self.sent.items())
                     if at >= moment and partition in partitions and i in self.seen]
            if times:
                return min(times)
            time.sleep(0.002)
        raise TimeoutError("no outcome came")

    def end(self):
        self.ended = time.monotonic()
        self.over.set()
        for thread in self.threads:
            thread.join()

    def longest_wait(self, since):
        """Of all requests sent since then."""
        return max(self.seen[i] - at for i, (at, _) in self.sent.items() if at >= since)


def shares(world):
    """{member's name: partitions} once the group is settled and every partition has an owner."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        group = world.admin.describe_consumer_groups([world.scorer_group])[world.scorer_group].result()
        owned = {m.group_instance_id: {p.partition for p in m.assignment.topic_partitions}
                 for m in group.members}
        everything = sorted(p for some in owned.values() for p in some)
        if group.state.name == "STABLE" and everything == list(range(PARTITIONS)) and \
                all(owned.values()) and len(owned) == len(world.all("scorer")):
            return owned
        time.sleep(0.05)
    raise TimeoutError("the partitions are not shared out")


def opened(brokers, store, exactly_once, scorers):
    world = World(brokers, store, History(), exactly_once)
    world.open(gateways=0, scorers=scorers)
    return world


class Measurement:
    """One try in a world of its own gives seconds; `wanted` is the most that is promised."""

    scorers = 2

    def act(self, world, stream):
        raise NotImplementedError

    def run(self, brokers, store, exactly_once):
        world = opened(brokers, store, exactly_once, self.scorers)
        try:
            owned = shares(world) if self.scorers else {}
            stream = Stream(world)
            time.sleep(WARM_SECONDS)
            try:
                return self.act(world, stream, owned)
            finally:
                stream.end() if not stream.over.is_set() else None
        finally:
            world.close()
            world.discard()


class SameInstanceBack(Measurement):
    """from the start of a scorer that was killed, under its name, to the first outcome of its partitions"""

    wanted = 1.0

    def act(self, world, stream, owned):
        victim = world.all("scorer")[0]
        world.kill(victim)
        began = time.monotonic()
        victim.begin()
        return stream.first_after(began, owned[victim.name]) - began


class AnotherTakesOver(Measurement):
    """from the kill of one of two scorers to the first outcome of its partitions, by the other one"""

    wanted = SESSION_SECONDS + 1.0

    def act(self, world, stream, owned):
        victim = world.all("scorer")[0]
        began = time.monotonic()
        world.kill(victim)
        return stream.first_after(began, owned[victim.name]) - began


class Join(Measurement):
    """the longest wait of any request while a scorer joins another one at work"""

    wanted = 1.5
    scorers = 1

    def act(self, world, stream, owned):
        began = time.monotonic()
        world.add("scorer")
        shares(world)
        time.sleep(2)
        stream.end()
        return stream.longest_wait(began)


class OrderlyStop(Measurement):
    """the longest wait of any request while one of two scorers is stopped by SIGTERM"""

    wanted = 1.5

    def act(self, world, stream, owned):
        began = time.monotonic()
        world.stop(world.all("scorer")[0])
        shares(world)
        time.sleep(1)
        stream.end()
        return stream.longest_wait(began)


def one_response(world):
    """A response as a scorer writes it, and the number of those that there are."""
    stream = Stream(world)
    time.sleep(1)
    stream.end()
    consumer = Consumer({"bootstrap.servers": world.bootstrap(), "group.id": uuid.uuid4().hex,
                         "log_level": 0})
    consumer.assign([TopicPartition(world.responses, p, 0) for p in range(PARTITIONS)])
    message = consumer.poll(PATIENCE_SECONDS)
    consumer.close()
    return json.loads(message.value())


def fill(world, response, count):
    """Appends so many responses, each of another request."""
    producer = Producer({"bootstrap.servers": world.bootstrap(), "linger.ms": 20, "log_level": 0,
                         "queue.buffering.max.messages": count + 1})
    for _ in range(count):
        request_id = str(uuid.uuid4())
        value = json.dumps({**response, "UUID": request_id}, separators=(",", ":"))
        producer.produce(world.responses, value.encode(), key=request_id)
        producer.poll(0)
    producer.flush(PATIENCE_SECONDS)


def archived(world):
    """How far the archivers' group is behind the responses, and whether it has positions at all."""
    places = [TopicPartition(world.responses, p) for p in range(PARTITIONS)]
    ends = world.admin.list_offsets({place: OffsetSpec.latest() for place in places})
    asked = [ConsumerGroupTopicPartitions(f"a-{world.tag}", places)]
    done = world.admin.list_consumer_group_offsets(asked)[f"a-{world.tag}"].result()
    positions = {p.partition: max(p.offset, 0) for p in done.topic_partitions}
    return [(end.result().offset, positions[place.partition]) for place, end in ends.items()]


def catch_up(brokers, store, role, count):
    """Outcomes a second from the first position to the last, after nothing was archived for long."""
    world = opened(brokers, store, False, 0)
    try:
        scorer = world.add("scorer")
        scorer.options = (*scorer.options, "--archive", "off")
        world.kill(scorer)
        scorer.begin()
        world.wait_until_ready(PATIENCE_SECONDS)
        response = one_response(world)
        fill(world, response, count)
        if role == "serve":
            archiver = world.add("serve")
        else:
            archiver = world.add("scorer")
        began, first, deadline = time.monotonic(), None, time.monotonic() + 20 * PATIENCE_SECONDS
        while time.monotonic() < deadline:
            places = archived(world)
            behind = sum(end - position for end, position in places)
            if behind == 0:
                return count / (time.monotonic() - (first or began))
            if first is None and archiver.is_ready():
                first = time.monotonic()
            time.sleep(0.01)
        raise TimeoutError("the archive did not catch up")
    finally:
        world.close()
        world.discard()


def measure(brokers, store, tries):
    """Prints a row for each, as docs/reliability.md has them; whether all are as promised."""
    kept = True
    print(f"session timeout {SESSION_SECONDS} s, {1 / EVERY_SECONDS:.0f} requests/s, {tries} tries each")
    for kind in (SameInstanceBack, AnotherTakesOver, Join, OrderlyStop):
        for exactly_once in (False, True):
            times = sorted(kind().run(brokers, store, exactly_once) for _ in range(tries))
            within = sum(seconds <= kind.wanted for seconds in times)
            kept = kept and within == tries
            mode = "exactly once" if exactly_once else "at least once"
            print(f"{kind.__name__} ({kind.__doc__}), {mode}: median {statistics.median(times):.2f} s, "
                  f"longest {times[-1]:.2f} s; {within} of {tries} within {kind.wanted:.1f} s", flush=True)
    for role, count in (("serve", ARCHIVED_SQLITE), ("scorer", ARCHIVED_MONGO)):
        rates = sorted(catch_up(brokers, store, role, count) for _ in range(min(tries, 3)))
        where = "SQLite" if role == "serve" else "the test database"
        print(f"archive catches up ({count} outcomes, {where}): {statistics.median(rates):,.0f} "
              f"outcomes/s, {rates[0]:,.0f} to {rates[-1]:,.0f}", flush=True)
    return kept
