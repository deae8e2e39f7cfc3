# SPDX-License-Identifier: Apache-2.0
"""Faults in records: malformed, without key or id, oversized, twice, many at once."""

import json
import uuid

from confluent_kafka import Producer

from clients import record
from fault import Fault


class Records(Fault):
    """Appends some, durably, in any partition."""

    def values(self, rng):
        """Pairs of a key and a value, either of which may be None."""
        raise NotImplementedError

    def strike(self, world, rng):
        producer = Producer({
            "bootstrap.servers": world.bootstrap(), "log_level": 0, "acks": "all",
            "enable.idempotence": True, "message.timeout.ms": 15_000, "linger.ms": 5,
        })
        pairs = self.values(rng)
        for key, value in pairs:
            producer.produce(world.requests, value, key=key)
        producer.flush(20)
        return f"{len(pairs)} records"


class Malformed(Records):
    """No JSON, other JSON, JSON without an id, with an invalid date, and none at all."""

    def values(self, rng):
        bad_date = json.dumps({"UUID": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                               "FlightDate": "2016-02-30"})
        some = [b"not json", b"[1, 2]", b"{}", b"\xff\xfe", bad_date.encode(), b"", None]
        return [(rng.choice([None, "a key"]), rng.choice(some)) for _ in range(6)]


class Oversized(Records):
    """As large as the topic takes: a dead letter keeps the first 10,000 bytes of each."""

    def values(self, rng):
        return [(rng.choice([None, "k"]), b"x" * rng.randrange(100_000, 1_000_000)) for _ in range(3)]


class Twice(Records):
    """The same request more than once, as a producer without idempotence repeats it."""

    def values(self, rng):
        request_id = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        value = record(request_id, 5.0)
        return [(request_id, value)] * rng.randrange(2, 4)


class Burst(Records):
    """Some hundred requests at once."""

    def values(self, rng):
        ids = [str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(300)]
        return [(request_id, record(request_id, 5.0)) for request_id in ids]


FAULTS = [Malformed, Oversized, Twice, Burst]
