# SPDX-License-Identifier: Apache-2.0
"""Records and documents of earlier versions, put back on a real Kafka (FLIGHTCAST_TEST_KAFKA) and a
server that speaks MongoDB's protocol (FLIGHTCAST_TEST_MONGO): this version reads them and goes on."""

import json
import re
import sys
import unittest

import written
from written import HERE, VERSIONS

sys.path.insert(0, str(HERE.parent / "integration"))

from roles import World, needs_kafka, needs_mongo, wait_until  # noqa: E402

FILES = ("requests.jsonl", "responses.jsonl", "dead-letters.jsonl")
PARTITIONS = 2


class OldCluster:
    """Topics and groups of a test with what a run of an earlier version left in them."""

    def __init__(self, version, run, **how):
        self.run, self.version = version / run, version
        self.world = World(**how)
        names = (self.world.requests, self.world.responses, self.world.dead_letters)
        self.world.topics("init", "--partitions", str(PARTITIONS))
        self.put_back(names)

    def put_back(self, names):
        for name, file in zip(names, FILES):
            self.world.produce_all(name, written.lines(self.run, file))

    def model(self, bundle):
        return ("--model", str(self.version / bundle))


class Clusters(unittest.TestCase):
    def seek(self, world, to):
        code, _, errors = world.seek(to)
        self.assertEqual(code, 0, errors)

    @needs_kafka
    def test_nothing_is_done_again(self):
        """Goal: with the groups where they were, old outcomes reach who joins as they are on the
        topic, nothing is scored again, and a new request gets the next offsets."""
        for version in VERSIONS:
            for run, bundle in (("kafka-all", "trained"), ("kafka-original", "spark")):
                with self.subTest(version.name, run=run):
                    self.check_goes_on(OldCluster(version, run, mongo=""), bundle)

    def check_goes_on(self, old, bundle):
        world = old.world
        self.seek(world, "end")
        ends = [len(world.records(topic)) for topic in (world.responses, world.dead_letters)]
        with world.process("gateway") as gateway, \
                world.process("scorer", "--archive", "off", *old.model(bundle)):
            for request_id, then in written.read(old.run, "clients.json").items():
                packet = written.pushed(gateway, request_id)[1]
                self.assertEqual(packet.split(",", 1)[0], then["pushed"].split(",", 1)[0])
                if "prediction_ready" in packet:
                    self.assertEqual(packet, then["pushed"])
            asked = gateway.submit()[1]["id"]
            answer = json.loads(written.pushed(gateway, asked)[1].removeprefix("42"))
            self.assertEqual((answer[0], answer[1]["UUID"]), ("prediction_ready", asked))
        now = [len(world.records(topic)) for topic in (world.responses, world.dead_letters)]
        self.assertEqual(now, [ends[0] + 1, ends[1]])

    @needs_kafka
    def test_old_requests_are_scored(self):
        """Goal: sent back to the beginning, a scorer of this version answers the old requests as they
        were answered then, but for the time of scoring, and sets the same ones aside."""
        for version in VERSIONS:
            with self.subTest(version.name):
                old = OldCluster(version, "kafka-all", mongo="")
                world = old.world
                self.seek(world, "beginning")
                then = [world.records(topic) for topic in (world.responses, world.dead_letters)]
                with world.process("scorer", "--archive", "off", *old.model("trained")):
                    wait_until("all is scored", lambda: world.waiting() == 0)
                for before, topic in zip(then, (world.responses, world.dead_letters)):
                    after = [record for record in world.records(topic) if record not in before]
                    self.assertEqual(*(sorted(map(self.plain, records)) for records in (before, after)))

    @staticmethod
    def plain(record):
        """What does not depend on the time, or on how the topic is called. The place of a record that
        had no key is the key of its dead letter now, where 160a132 gave it none; responses have fields
        behind their prediction that 160a132 did not write."""
        key = record["key"]
        if key and re.fullmatch(r".+/\d+/\d+", key):
            key = None
        value = json.loads(record["value"])
        for name in ("ScoredAt", "FailedAt", "Topic"):
            value.pop(name, None)
        if "Prediction" in value:
            for name in ("FlightNum", "CRSDepTime", "RequestedAt"):
                value.pop(name, None)
        headers = [entry for entry in record["headers"] if entry["name"] != "topic"]
        return json.dumps([key, value, headers])

    @needs_kafka
    @needs_mongo
    def test_the_archive_is_filled_from_old_records(self):
        """Goal: an archiver of this version stores old outcomes as the documents that they were
        stored as, so that polls get the bytes of then."""
        for version in VERSIONS:
            with self.subTest(version.name):
                old = OldCluster(version, "kafka-all")
                world = old.world
                self.seek(world, "end")
                seen = written.read(old.run, "clients.json")
                with world.process("gateway") as gateway, \
                        world.process("scorer", *old.model("trained")):
                    wait_until("all is archived", lambda: world.unarchived() == 0)
                    for request_id, then in seen.items():
                        polled = gateway.get(f"{written.e2e.SUBMIT}/response/{request_id}")[2].decode()
                        self.assertEqual(polled, then["poll"])


if __name__ == "__main__":
    unittest.main()
