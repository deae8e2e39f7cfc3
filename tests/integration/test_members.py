# SPDX-License-Identifier: Apache-2.0
"""Scorers that stop and come back. Their sessions outlast the patience of these tests: what becomes of
partitions is decided by what a scorer says, not by its silence."""

import unittest

from roles import World, needs_kafka, wait_until

REQUESTS = 200  # so many that every partition has some
SCORED = "flightcast_outcomes_total"
LONG = ("--kafka-option", "session.timeout.ms=600000", "--kafka-option", "max.poll.interval.ms=600000")


@needs_kafka
class Members(unittest.TestCase):
    def setUp(self):
        self.world = World("--partitions", "4", mongo="")

    def scorer(self):
        return self.world.process("scorer", *LONG)

    def submit_and_await(self, gateway):
        ids = gateway.submit_many(REQUESTS)
        wait_until("every request is answered for", lambda: self.world.waiting() == 0)
        for request_id in ids:
            self.assertEqual(gateway.outcome(request_id)["status"], "predicted")

    def await_shared_work(self, gateway, scorers):
        before = [scorer.metric(SCORED) for scorer in scorers]

        def all_work():
            gateway.submit_many(REQUESTS)
            return all(s.metric(SCORED) > b for s, b in zip(scorers, before))

        wait_until("all scorers have work", all_work)

    def test_one_of_two_stops(self):
        """Goal: when one of several scorers stops in good order the others take its partitions over at
        once; when it is back it has some again."""
        with self.world.process("gateway") as gateway, self.scorer() as stays, self.scorer() as goes:
            self.await_shared_work(gateway, [stays, goes])
            self.assertEqual(goes.stop(), 0, goes.output())
            self.submit_and_await(gateway)
            goes.start()
            self.await_shared_work(gateway, [stays, goes])
            self.submit_and_await(gateway)

    def test_the_only_one_restarts(self):
        """Goal: the only scorer finds its partitions again after it was stopped, and after it was
        killed."""
        with self.world.process("gateway") as gateway, self.scorer() as scorer:
            self.submit_and_await(gateway)
            self.assertEqual(scorer.stop(), 0, scorer.output())
            scorer.start()
            self.submit_and_await(gateway)
            scorer.kill()
            scorer.start()
            self.submit_and_await(gateway)

    def test_one_of_two_is_killed_and_comes_back(self):
        """Goal: a scorer that was killed resumes under its name, with the partitions it had."""
        with self.world.process("gateway") as gateway, self.scorer() as stays, self.scorer() as back:
            self.await_shared_work(gateway, [stays, back])
            back.kill()
            back.start()
            self.submit_and_await(gateway)
            self.await_shared_work(gateway, [stays, back])


if __name__ == "__main__":
    unittest.main()
