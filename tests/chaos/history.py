# SPDX-License-Identifier: Apache-2.0
"""The history of a round: events in their order, and the findings of the readers at its end.

An event is a dict with `kind` and `at`, in seconds since the round began:

    accepted      id, delay, by, durable    a request was taken; durable: every replica has it; `at` is
                                            when it was sent
    excuse        what, since, until        losses or repetitions that a fault itself makes, of
                                            requests accepted in that time
    joined        client, session, id       a client waits for an outcome
    pushed        client, session, id, delay, scored_at, outcome
    disconnected  client, session
    ended         process, code             a process ended by itself
    killed        process                   by SIGKILL of the round
    stopped       process, code, seconds    a process was told to end, and did or did not (code None)
    fault         name, phase, text         for people

The last state, each a list of dicts that is replaced as a whole by the readers:

    requests      partition, offset, id, delay
    outcomes      topic, partition, offset, id, outcome, delay, scored_at, source
    stored        id, outcome, delay, scored_at
    answers       gateway, id, outcome, delay, scored_at
    processes     process, is_ready, text

`outcome` is "predicted", "failed" or "pending"; `source` is [partition, offset] of the request of a
dead letter; `id` is None where a record has none. `delay` is the DepDelay of the flight, which no
other flight of the round has.
"""

import json
import threading
import time

STATES = ("requests", "outcomes", "stored", "answers", "processes")


class History:
    """Thread-safe where events are added."""

    def __init__(self, **facts):
        self.facts = facts
        self.events = []
        self.state = {name: [] for name in STATES}
        self.began = time.monotonic()
        self.lock = threading.Lock()

    def now(self):
        return time.monotonic() - self.began

    def add(self, kind, **fields):
        with self.lock:
            self.events.append({"kind": kind, "at": fields.pop("at", self.now()), **fields})

    def of(self, kind):
        with self.lock:
            return [event for event in self.events if event["kind"] == kind]

    def save(self, path):
        with self.lock:
            data = {"facts": self.facts, "events": self.events, "state": self.state}
        path.write_text(json.dumps(data, indent=0) + "\n")

    @classmethod
    def load(cls, path):
        data = json.loads(path.read_text())
        history = cls(**data["facts"])
        history.events, history.state = data["events"], data["state"]
        return history
