# SPDX-License-Identifier: Apache-2.0
"""A scorer is killed in the middle of 20,000 requests and another one joins."""

import threading
import unittest

from roles import BATCH, World, needs_kafka, needs_mongo, scored_at, stored_outcomes, wait_until

REQUESTS = 20_000
STORED_REQUESTS = 2_000  # The test's database reads all it has for each outcome.
SCORED = "flightcast_outcomes_total"
QUICK = ("--kafka-option", "session.timeout.ms=6000")


@needs_kafka
class Takeover(unittest.TestCase):
    def submit(self, gateway, count, killed, ids):
        """So many requests, and more until the kill: so it comes in the middle."""
        while len(ids) < count or not killed.is_set():
            ids += gateway.submit_many(BATCH)

    def take_over(self, world, gateway, count, is_done):
        """Kills one of two scorers in the middle of the work, lets a third join and waits until all
        is done; the ids of the requests."""
        ids, killed = [], threading.Event()
        with world.process("scorer", *QUICK) as victim, world.process("scorer", *QUICK):
            wait_until(
                "the victim has work", lambda: ids.extend(gateway.submit_many(1)) or
                victim.metric(SCORED) > 0,
            )
            rest = threading.Thread(target=self.submit, args=(gateway, count, killed, ids))
            rest.start()
            before = victim.metric(SCORED)
            wait_until("the victim is at work", lambda: victim.metric(SCORED) > before)
            victim.kill()
            killed.set()
            with world.process("scorer", *QUICK):
                rest.join()
                wait_until("every request is answered for", lambda: world.waiting() == 0)
                wait_until("all is done", is_done)
        self.assertGreaterEqual(len(ids), count)
        self.assertEqual(len(ids), len(set(ids)))
        return ids

    def first_outcomes(self, world, ids):
        """What a first-wins reader sees: every request once. And how many came again."""
        # Behind a transaction of the victim nothing is read until that times out, after 10 s.
        wait_until("all outcomes can be read", lambda: len(world.outcomes()) >= len(ids))
        outcomes = world.outcomes()
        self.assertEqual(set(outcomes), set(ids))
        for records in outcomes.values():
            places = {(record["topic"], record["partition"]) for record in records}
            self.assertEqual(len(places), 1, "two readers may see another first")
        again = sum(len(records) - 1 for records in outcomes.values())
        return {key: records[0]["value"] for key, records in outcomes.items()}, again

    def test_at_least_once(self):
        """Goal: every accepted request has exactly one outcome for a reader who takes the first, and
        that is the one a gateway serves, however often the topic has it."""
        world = World("--partitions", "4", mongo="")
        with world.process("gateway") as gateway:
            ids = self.take_over(world, gateway, REQUESTS, lambda: True)
            first, again = self.first_outcomes(world, ids)
            print(f"at least once: {len(first)} outcomes, {again} of them came again")
            for request_id in ids[::200]:
                answer = gateway.outcome(request_id)
                self.assertEqual(answer["status"], "predicted")
                self.assertIn(f'"ScoredAt":"{answer["prediction"]["ScoredAt"]}"', first[request_id])

    def test_exactly_once(self):
        """Goal: with --exactly-once nothing comes twice for a reader of what is committed."""
        world = World("--partitions", "4", "--exactly-once", mongo="")
        with world.process("gateway") as gateway:
            ids = self.take_over(world, gateway, REQUESTS, lambda: True)
            first, again = self.first_outcomes(world, ids)
            print(f"exactly once: {len(first)} outcomes, {again} of them came again")
            self.assertEqual(again, 0)

    @needs_mongo
    def test_the_store_has_each_once(self):
        """Goal: what two archivers store while one of them is killed is every first outcome."""
        world = World("--partitions", "4")
        with world.process("gateway") as gateway:
            ids = self.take_over(
                world, gateway, STORED_REQUESTS, lambda: world.unarchived() == 0
            )
            first, again = self.first_outcomes(world, ids)
            print(f"stored: {len(first)} outcomes, {again} of them came again")
            gateway.kill()
            # Another gateway, so that none is answered from a cache that was filled while it ran.
            with world.process("gateway", "--replay-window", "0s") as other:
                for request_id, answer in stored_outcomes(other, ids[::8]).items():
                    self.assertEqual(answer["prediction"]["UUID"], request_id)
                    self.assertIn(scored_at(answer["prediction"]), first[request_id])


if __name__ == "__main__":
    unittest.main()
