# SPDX-License-Identifier: Apache-2.0
"""What is under way when a part is stopped in order, on a real Kafka (FLIGHTCAST_TEST_KAFKA)."""

import signal
import unittest

from roles import WebSocketClient, World, e2e, needs_kafka, needs_mongo, stored_outcomes, wait_until


@needs_kafka
class OrderlyStop(unittest.TestCase):
    def test_a_gateway_pushes_what_is_due(self):
        """Goal: a gateway that is stopped while a client waits for what it accepted pushes the outcome
        before it closes the socket, and accepts nothing meanwhile."""
        world = World("--drain-timeout", "240s")
        for connect in (WebSocketClient, e2e.SocketIoClient):
            with self.subTest(connect.__name__), world.process("gateway") as gateway:
                request_id = gateway.submit()[1]["id"]
                client = connect(gateway)
                client.join(request_id)
                self.assertEqual(client.next_event()[0], "joined")
                gateway.process.send_signal(signal.SIGTERM)
                wait_until("it is leaving", lambda: gateway.get("/readyz")[0] == 503)
                self.assertEqual(gateway.submit()[0], 503)
                with world.process("scorer", "--archive", "off"):
                    name, prediction = client.next_event()
                self.assertEqual((name, prediction["UUID"]), ("prediction_ready", request_id))
                self.assertEqual(gateway.process.wait(e2e.START_SECONDS), 0, gateway.output())
                client.close()

    @needs_mongo
    def test_a_scorer_knows_that_its_archive_is_complete(self):
        """Goal: a scorer that is stopped sees that nothing is left to archive, also where the topic ends
        with the mark of a transaction, and does not wait for its time limit."""
        for options in ((), ("--exactly-once",)):
            world = World("--drain-timeout", "240s", *options)
            with self.subTest(options), world.process("gateway") as gateway, \
                    world.process("scorer") as scorer:
                ids = gateway.submit_many(20)
                stored_outcomes(gateway, ids)
                scorer.process.send_signal(signal.SIGTERM)
                self.assertEqual(scorer.process.wait(e2e.START_SECONDS), 0, scorer.output())

    def test_nobody_waits_for_strangers(self):
        """Goal: a client that waits for what this gateway never accepted does not hold it up."""
        world = World("--drain-timeout", "240s")
        with world.process("gateway") as gateway:
            client = WebSocketClient(gateway)
            client.join("8e90da7e-63f5-45f9-8f3d-7d948120e5a2")
            self.assertEqual(client.next_event()[0], "joined")
            self.assertEqual(gateway.stop(), 0)
            client.close()


if __name__ == "__main__":
    unittest.main()
