# SPDX-License-Identifier: Apache-2.0
"""Gateways and scorers apart, on a real Kafka (FLIGHTCAST_TEST_KAFKA) and a server that speaks
MongoDB's protocol (FLIGHTCAST_TEST_MONGO)."""

import json
import threading
import time
import unittest

from roles import World, e2e, load, needs_kafka, needs_mongo


@needs_kafka
class Roles(unittest.TestCase):
    def test_gateways_share_outcomes(self):
        """Goal: what one gateway accepted is pushed by another, and is still found there after that
        one was killed and started again."""
        world = World()
        with world.process("gateway") as first, world.process("gateway") as second, \
                world.process("scorer"):
            client = e2e.SocketIoClient(second)
            status, answer = first.submit()
            self.assertEqual(status, 200, answer)
            client.join(answer["id"])
            self.assertEqual(client.next_event()[0], "joined")
            name, prediction = client.next_event()
            self.assertEqual((name, prediction["UUID"]), ("prediction_ready", answer["id"]))
            client.close()
            second.kill()
            second.start()
            again = e2e.SocketIoClient(second)
            again.join(answer["id"])
            self.assertEqual(again.next_event()[0], "joined")
            self.assertEqual(again.next_event()[1], prediction)
            again.close()

    def test_a_killed_scorer_loses_nothing(self):
        """Goal: of two scorers one is killed under load and a third joins; every accepted request has
        exactly one outcome, at its owner."""
        world = World()
        with world.process("gateway") as gateway, world.process("scorer") as victim, \
                world.process("scorer"):
            results = []
            runner = threading.Thread(
                target=lambda: results.append(load(gateway, "--rate", "100", "--duration", "8s"))
            )
            runner.start()
            time.sleep(3)  # Somewhere in the middle of the load; any moment must do.
            victim.kill()
            with world.process("scorer"):
                runner.join()
        code, report, errors = results[0]
        self.assertEqual(code, 0, errors)
        self.assertGreater(report["requests"]["accepted"], 0)

    def test_requests_wait_for_a_scorer(self):
        """Goal: flights that were accepted while no scorer ran are scored when one comes."""
        world = World()
        with world.process("gateway") as gateway:
            ids = [gateway.submit()[1]["id"] for _ in range(20)]
            clients = []
            for request_id in ids:
                client = e2e.SocketIoClient(gateway)
                client.join(request_id)
                self.assertEqual(client.next_event()[0], "joined")
                clients.append(client)
            with world.process("scorer"):
                for request_id, client in zip(ids, clients):
                    name, prediction = client.next_event()
                    self.assertEqual((name, prediction["UUID"]), ("prediction_ready", request_id))
                    client.close()

    def test_a_group_goes_on_where_it_was_told_to(self):
        """Goal: a new group that was sent to the end of the requests leaves the old ones alone, and can
        be sent back to them; not while a scorer is at work."""
        world = World()
        with world.process("gateway") as gateway:
            old, clients = [gateway.submit()[1]["id"] for _ in range(3)], []
            self.assertEqual(world.seek("end")[0], 0)
            with world.process("scorer") as scorer:
                asked = gateway.submit()[1]["id"]
                self.wait_for_push(gateway, asked)
                code, _, errors = world.seek("beginning")
                self.assertEqual(code, 1)
                self.assertIn("stop its members first", errors)
                self.assertEqual(scorer.stop(), 0, scorer.output())
            for request_id in old:
                clients.append(e2e.SocketIoClient(gateway))
                clients[-1].join(request_id)
                self.assertEqual(clients[-1].next_event()[0], "joined")
            self.assertEqual(world.waiting(), 0)
            # A scorer that stops leaves its group.
            self.assertEqual(world.seek("1h")[0], 0)
            self.assertEqual(world.waiting(), 4)
            with world.process("scorer"):
                for request_id, client in zip(old, clients):
                    self.assertEqual(client.next_event()[1]["UUID"], request_id)
                    client.close()

    def wait_for_push(self, gateway, request_id):
        client = e2e.SocketIoClient(gateway)
        client.join(request_id)
        self.assertEqual(client.next_event()[0], "joined")
        self.assertEqual(client.next_event()[1]["UUID"], request_id)
        client.close()

    @needs_mongo
    def test_the_archiver_stores_what_is_polled(self):
        """Goal: the polling endpoint of a gateway answers from MongoDB, which the scorer fills."""
        world = World()
        with world.process("gateway") as gateway, world.process("scorer"):
            status, answer = gateway.submit()
            self.assertEqual(status, 200, answer)
            stored = gateway.wait_for_outcome(answer["id"])
            self.assertEqual(stored["prediction"]["UUID"], answer["id"])
            self.assertIn("$oid", stored["prediction"]["_id"])


if __name__ == "__main__":
    unittest.main()
