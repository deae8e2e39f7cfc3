# SPDX-License-Identifier: Apache-2.0
"""Records that nobody can read, while the topic that should take them does not."""

import json
import subprocess
import unittest
import uuid

from own_servers import needs_java
from roles import KAFKA, World, needs_kafka, wait_until
import kafka_kit


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


if __name__ == "__main__":
    unittest.main()
