# SPDX-License-Identifier: Apache-2.0
"""The database goes away under load and comes back: predictions go on, and nothing is lost."""

import json
import os
import unittest

from own_servers import OwnMongo
from roles import World, e2e, load, needs_kafka, run, scored_at, stored_outcomes, wait_until

SUBMIT = e2e.SUBMIT
# Longer than all time limits of a store together, and some hundred outcomes: the test's database
# reads all it has for each one.
AWAY = os.environ.get("FLIGHTCAST_TEST_AWAY", "25s")
RATE = "25"


class MongoAway(unittest.TestCase):
    def run_load(self, server, duration, what):
        """Requests at a fixed rate, each of which must have its one push; the median until it, in ms."""
        code, report, errors = load(
            server, "--rate", RATE, "--duration", duration, "--warmup", "0s", "--timeout", "60s"
        )
        self.assertEqual(code, 0, errors)
        self.assertEqual(report["requests"]["refused"], {})
        times = report["latency_us"]["outcome"]
        print(f"{what}: {times['count']} pushes, p50 {times['p50'] / 1e3:.1f} ms, "
              f"p99 {times['p99'] / 1e3:.1f} ms, max {times['max'] / 1e3:.1f} ms", flush=True)
        return times["p50"] / 1e3

    def polled(self, server, request_id):
        status, _, body = server.get(f"{SUBMIT}/response/{request_id}")
        self.assertEqual(status, 200, body)
        return json.loads(body)["status"]

    def away_for_a_while(self, mongo, server, records, unarchived):
        """`records()` are all responses in the log: each of them must be stored at the end, when
        `unarchived()` says that none of them waits."""
        before = self.run_load(server, "10s", "with the database")
        first = server.submit()[1]["id"]
        stored = server.wait_for_outcome(first)
        mongo.kill()
        # Every push comes while nothing can be stored, and about as fast: to wait for the database is
        # to wait for a time limit of seconds.
        without = self.run_load(server, AWAY, "without it")
        self.assertLessEqual(without, 5 * before + 50)
        last = server.submit()[1]["id"]
        self.assertEqual(self.polled(server, last), "WAIT")
        mongo.up()
        wait_until("the archiver has caught up", lambda: unarchived() == 0)
        written = {record["key"]: record["value"] for record in records()}
        for request_id, answer in stored_outcomes(server, list(written)).items():
            self.assertEqual(answer["prediction"]["UUID"], request_id)
            self.assertIn(scored_at(answer["prediction"]), written[request_id])
        self.assertEqual(server.wait_for_outcome(first), stored)

    def test_embedded(self):
        """Goal: with the log in the data folder, half a minute without MongoDB delays no push and loses no
        outcome."""
        with OwnMongo() as mongo:
            mongo.up()
            with e2e.Server("--mongo", mongo.uri) as server:
                def records():
                    _, text, _ = run("topics", "tail", "--data-dir", server.data_dir, "--json",
                                     "--from-beginning", "--no-follow")
                    return [json.loads(line) for line in text.splitlines()]

                def unarchived():
                    _, text, _ = run("topics", "lag", "--data-dir", server.data_dir, "--json")
                    return sum(place["lag"] for place in json.loads(text)
                               if place["group"] == "flightcast-archiver")

                self.away_for_a_while(mongo, server, records, unarchived)

    @needs_kafka
    def test_roles_on_kafka(self):
        """Goal: the same with a gateway and two scorers on Kafka."""
        with OwnMongo() as mongo:
            mongo.up()
            world = World(mongo=mongo.uri)
            with world.process("gateway") as gateway, world.process("scorer"), \
                    world.process("scorer"):
                self.away_for_a_while(
                    mongo, gateway, lambda: world.records(world.responses), world.unarchived
                )


if __name__ == "__main__":
    unittest.main()
