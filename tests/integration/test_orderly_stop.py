# SPDX-License-Identifier: Apache-2.0
"""What is under way when a part is stopped in order, on a real Kafka (FLIGHTCAST_TEST_KAFKA) and a
server that speaks MongoDB's protocol (FLIGHTCAST_TEST_MONGO)."""

import json
import signal
import unittest
import uuid

from roles import (
    MONGO, RoleProcess, WebSocketClient, World, e2e, needs_kafka, needs_mongo, run, stored_outcomes,
    wait_until,
)


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

    @needs_mongo
    def test_nothing_published_is_left_unarchived(self):
        """Goal: five times a scorer is stopped in order amid its work; all that it has published is in
        the store then, and its groups can be moved at once."""
        world = World("--drain-timeout", "60s")
        with world.process("gateway") as gateway:
            asked = 0
            for _ in range(5):
                with world.process("scorer") as scorer:
                    asked += len(gateway.submit_many(150))
                    wait_until("some are answered", lambda: world.waiting() < 150)
                    self.assertEqual(scorer.stop(), 0, scorer.output())
                self.assertEqual(world.unarchived(), 0)
                code, _, errors = world.seek("1h")
                self.assertEqual(code, 0, errors)
                self.assertEqual(world.seek("end")[0], 0)
            self.assertEqual(asked, 750)


@needs_mongo
class OrderlyStopOfADataFolder(unittest.TestCase):
    def test_nothing_published_is_left_unarchived(self):
        """Goal: five times a server with its log in a data folder and outcomes in MongoDB is stopped in
        order amid its work; each time all requests are answered and all outcomes archived, and a
        server without that log finds them."""
        store = ["--mongo", MONGO, "--mongo-database", f"fc_{uuid.uuid4().hex[:12]}"]
        server = RoleProcess("serve", *store, "--drain-timeout", "60s", "--log-level", "warning")
        self.addCleanup(server.__exit__)
        ids = []
        for _ in range(5):
            server.start()
            ids += server.submit_many(200)
            self.assertEqual(server.stop(), 0, server.output())
            code, text, errors = run("topics", "lag", "--json", "--data-dir", server.data_dir)
            self.assertEqual(code, 0, errors)
            lags = {(entry["group"], entry["topic"]): entry["lag"] for entry in json.loads(text)}
            self.assertEqual(set(lags.values()), {0}, lags)
        with RoleProcess("serve", *store, "--log-level", "warning") as other:
            stored = stored_outcomes(other, ids)
        self.assertEqual([stored[one]["prediction"]["UUID"] for one in ids], ids)


if __name__ == "__main__":
    unittest.main()
