# SPDX-License-Identifier: Apache-2.0
"""Two gateways: a flight goes to one, its owner listens at the other, and either one restarts."""

import unittest

from roles import WebSocketClient, World, needs_kafka, needs_mongo

REQUESTS = 100


@needs_kafka
class TwoGateways(unittest.TestCase):
    def connect(self, gateway, ids):
        """A client that joined all of them, and what has come to it."""
        client = WebSocketClient(gateway)
        outcomes = {}
        for request_id in ids:
            client.join(request_id)
        joined = set()
        while len(joined) < len(ids):
            name, payload = client.next_event()
            if name == "joined":
                joined.add(payload["room"])
            else:
                self.assertEqual(name, "prediction_ready")
                outcomes[payload["UUID"]] = payload
        return client, outcomes

    def receive_all(self, client, outcomes, ids):
        while len(outcomes) < len(ids):
            name, payload = client.next_event()
            self.assertEqual(name, "prediction_ready")
            self.assertNotIn(payload["UUID"], outcomes)
            outcomes[payload["UUID"]] = payload
        self.assertEqual(set(outcomes), set(ids))

    def compare(self, again, outcomes):
        """They are the same, to the millisecond: a DateTime of MongoDB has no more."""
        for request_id, outcome in outcomes.items():
            for prediction in (outcome, again[request_id]):
                for name in ("ScoredAt", "Timestamp"):
                    prediction[name] = prediction[name][:23]
            self.assertEqual(again[request_id], outcome)

    def restart_with_requests_in_flight(self, world, end):
        """No scorer runs while the flights are submitted, and the outcomes come while the gateway that
        clients listen at is gone: what is in flight is all of them, whatever the moment."""
        with world.process("gateway") as first, world.process("gateway") as second:
            ids = first.submit_many(REQUESTS)
            client, outcomes = self.connect(second, ids)
            self.assertEqual(outcomes, {})
            end(second)
            with self.assertRaises(OSError):
                client.next_event()
            client.close()
            with world.process("scorer"):
                client, outcomes = self.connect(first, ids)
                self.receive_all(client, outcomes, ids)
                client.close()
                second.start()
                client, again = self.connect(second, ids)
                self.receive_all(client, again, ids)
                self.compare(again, outcomes)
                client.close()

    def restart_the_accepting_one(self, world):
        with world.process("gateway") as first, world.process("gateway") as second:
            ids = first.submit_many(REQUESTS)
            first.kill()
            client, outcomes = self.connect(second, ids)
            first.start()
            with world.process("scorer"):
                self.receive_all(client, outcomes, ids)
                client.close()
                client, again = self.connect(first, ids)
                self.receive_all(client, again, ids)
                self.compare(again, outcomes)
                client.close()

    def test_the_listening_one_is_killed(self):
        """Goal: a client whose gateway was killed gets what it waits for when it connects again,
        at that gateway or another, without a store."""
        self.restart_with_requests_in_flight(World(mongo=""), lambda gateway: gateway.kill())

    def test_the_listening_one_stops(self):
        """Goal: the same when the gateway stops in good order, which closes the connection."""
        self.restart_with_requests_in_flight(
            World(mongo=""), lambda gateway: self.assertEqual(gateway.stop(), 0, gateway.output())
        )

    @needs_mongo
    def test_the_listening_one_is_killed_with_a_store(self):
        """Goal: the same with MongoDB, and without a cache that was read at the start."""
        self.restart_with_requests_in_flight(
            World("--replay-window", "0s"), lambda gateway: gateway.kill()
        )

    def test_the_accepting_one_is_killed(self):
        """Goal: what a gateway accepted before it was killed is pushed by the other one, and by
        itself once it runs again."""
        self.restart_the_accepting_one(World(mongo=""))


if __name__ == "__main__":
    unittest.main()
