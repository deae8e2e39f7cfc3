# SPDX-License-Identifier: Apache-2.0
"""Records that nobody can read, while the topic that should take them does not."""

import json
import subprocess
import unittest
import uuid

from own_servers import needs_java
from roles import FLIGHT, KAFKA, World, needs_kafka, needs_mongo, stored_outcomes, wait_until
import kafka_kit

TOO_LARGE = 1_600  # bytes of a response; others have half of it


@needs_kafka
@needs_java
class DeadLetters(unittest.TestCase):
    def configure(self, topic, *change):
        """Changes a topic with Kafka's own tool."""
        tool = kafka_kit.command(
            kafka_kit.DEFAULT_VERSION, "kafka.admin.ConfigCommand", "--bootstrap-server", KAFKA,
            "--alter", "--entity-type", "topics", "--entity-name", topic, *change,
        )
        done = subprocess.run(tool, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_topic_that_takes_none(self):
        """Goal: while a dead letter cannot be written the scorer stops there and says so; nothing is
        skipped, and both the dead letter and what came after it are there once it can be."""
        world = World("--partitions", "1", mongo="")
        poison = str(uuid.uuid4())
        with world.process("gateway") as gateway, world.process("scorer") as scorer:
            self.configure(world.dead_letters, "--add-config", "max.message.bytes=100")
            world.produce(world.requests, json.dumps({"UUID": poison, "FlightDate": "2016-02-30"}))
            (good,) = gateway.submit_many(1)

            def troubled():
                status, checks = scorer.checks()
                return status == 503 and world.dead_letters in " ".join(checks.values())

            wait_until("the scorer says what it cannot write", troubled)
            self.assertEqual(world.waiting(), 2)
            self.assertEqual(world.records(world.dead_letters), [])
            self.configure(world.dead_letters, "--delete-config", "max.message.bytes")
            wait_until("both are answered for", lambda: world.waiting() == 0)
            self.assertEqual(set(world.outcomes()), {poison, good})
            wait_until("the scorer is well again", lambda: scorer.checks()[0] == 200)

    def odd_requests(self, world, count):
        """So many requests each whose prediction the response topic refuses, because it is large, and
        that the store refuses, because it is infinite; only others than our gateway send them."""
        large, infinite = ([str(uuid.uuid4()) for _ in range(count)] for _ in range(2))
        texts = {name: name[0] * 250 for name in ("Carrier", "Origin", "Dest", "FlightNum")}
        for request_id in large:
            world.produce(world.requests, json.dumps({"UUID": request_id, **FLIGHT, **texts}))
        for request_id in infinite:
            flight = {"UUID": request_id, **FLIGHT, "DepDelay": float("inf")}
            world.produce(world.requests, json.dumps(flight))
        return large, infinite

    @needs_mongo
    def test_refusals_of_topic_and_store_with_transactions(self):
        """Goal: with --exactly-once a response that its topic refuses and one that the store refuses
        become one dead letter each, also when the scorer is killed amid its work; both are counted,
        noted, and all others are answered and stored once."""
        world = World("--exactly-once", "--partitions", "1", "--instance-id", f"i-{uuid.uuid4()}")
        with world.process("gateway") as gateway:
            self.configure(world.responses, "--add-config", f"max.message.bytes={TOO_LARGE}")
            large, infinite = self.odd_requests(world, 2)
            good = gateway.submit_many(300)
            with world.process("scorer") as scorer:
                wait_until("some are answered", lambda: world.waiting() < 300)
                scorer.kill()
            more_large, more_infinite = self.odd_requests(world, 1)
            with world.process("scorer") as scorer:
                wait_until("all are answered", lambda: world.waiting() == 0)
                wait_until("all are counted", lambda: (
                    scorer.metric('flightcast_set_aside_total{by="topic"}') >= 1
                    and scorer.metric('flightcast_set_aside_total{by="store"}') >= 1))
                status, checks = scorer.checks()
                self.assertEqual(status, 200)
                self.assertIn("refused for good", checks["refused outcomes"])
                large, infinite = large + more_large, infinite + more_infinite
                self.check_refusals(world, gateway, good, large, infinite)

    def check_refusals(self, world, gateway, good, large, infinite):
        wait_until("all letters are there", lambda: set(large + infinite) <= {
            record["key"] for record in world.records(world.dead_letters)})
        # The mark of the last transaction stands behind the last record.
        wait_until("all are archived", lambda: world.unarchived() <= 1)
        for request_id, records in world.outcomes().items():
            topics = sorted(record["topic"] for record in records)
            wanted = [world.dead_letters, world.responses] if request_id in infinite else [
                world.dead_letters if request_id in large else world.responses]
            self.assertEqual(topics, sorted(wanted), request_id)
        for request_id in large:
            wait_until("its letter is known", lambda: "refused" in json.dumps(
                gateway.outcome(request_id)))
        for request_id in infinite:  # Published, and a prediction goes before a failure.
            self.assertEqual(gateway.outcome(request_id)["status"], "predicted")
        for answer in stored_outcomes(gateway, good).values():
            self.assertEqual(answer["status"], "OK")


if __name__ == "__main__":
    unittest.main()
