# SPDX-License-Identifier: Apache-2.0
"""Scorers of commit 160a132, which share partitions in another way, and scorers of today in one group.
FLIGHTCAST_TEST_FORMER names that program; without it these tests are skipped."""

import os
import unittest

from roles import RoleProcess, World, needs_kafka, wait_until

FORMER = os.environ.get("FLIGHTCAST_TEST_FORMER", "")
REQUESTS = 40


@needs_kafka
@unittest.skipUnless(FORMER, "FLIGHTCAST_TEST_FORMER names no program of commit 160a132")
class Upgrade(unittest.TestCase):
    def setUp(self):
        self.world = World("--partitions", "4", mongo="")

    def former(self, instance):
        scorer = RoleProcess("scorer", *self.world.former_options(), "--instance-id", instance)
        command = scorer.command
        scorer.command = lambda: [FORMER, *command()[1:]]
        return scorer

    def submit_and_await(self, gateway):
        gateway.submit_many(REQUESTS)
        wait_until("every request is answered for", lambda: self.world.waiting() == 0)

    def assert_each_answered_once(self):
        outcomes = self.world.outcomes()
        self.assertEqual({len(records) for records in outcomes.values()}, {1})

    def test_forward(self):
        """Goal: a scorer beside former ones waits, names those that must stop, and takes over when
        they have, with nothing lost and nothing repeated."""
        fresh = self.world.process("scorer", "--instance-id", "new-1")
        self.addCleanup(fresh.__exit__)
        with self.world.process("gateway") as gateway, self.former("old-1") as one, \
                self.former("old-2") as two:
            self.submit_and_await(gateway)
            fresh.begin()
            wait_until("it listens", lambda: fresh.checks()[0])
            wait_until("it says who must stop", lambda: "old-2" in str(fresh.checks()[1]))
            self.assertEqual(fresh.checks()[0], 503)
            self.assertIn("old-1", str(fresh.checks()[1]))
            two.stop()
            self.submit_and_await(gateway)
            gateway.submit_many(REQUESTS)
            one.stop()
            wait_until("it took over", lambda: fresh.checks()[0] == 200)
            self.submit_and_await(gateway)
        self.assert_each_answered_once()

    def test_back(self):
        """Goal: a former scorer beside one of today waits until that is stopped, and goes on where it
        was."""
        with self.world.process("gateway") as gateway:
            with self.world.process("scorer", "--instance-id", "new-1") as fresh:
                self.submit_and_await(gateway)
                with self.former("old-1") as old:
                    gateway.submit_many(REQUESTS)
                    self.assertEqual(fresh.stop(), 0, fresh.output())
                    self.submit_and_await(gateway)
                    self.assertEqual(old.stop(), 0, old.output())
        self.assert_each_answered_once()


if __name__ == "__main__":
    unittest.main()
