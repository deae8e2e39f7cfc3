# SPDX-License-Identifier: Apache-2.0
"""What clients are told when no prediction comes: not in time, or never."""

import json
import unittest
import uuid

from roles import WebSocketClient, World, needs_kafka, wait_until


@needs_kafka
class Timeouts(unittest.TestCase):
    def test_a_timeout_ends_the_wait_and_not_the_request(self):
        """Goal: without a scorer the client is told of a timeout that is not final; the outcome that
        comes later is not pushed to it unasked, and is there when it joins again."""
        world = World(mongo="")
        with world.process("gateway", "--request-timeout", "1s") as gateway:
            (request_id,) = gateway.submit_many(1)
            client = WebSocketClient(gateway)
            client.join(request_id)
            self.assertEqual(client.next_event(), ["joined", {"room": request_id}])
            name, failure = client.next_event()
            self.assertEqual(name, "prediction_failed")
            self.assertEqual(failure["request_id"], request_id)
            self.assertEqual((failure["reason"], failure["final"]), ("timeout", False))
            with world.process("scorer"):
                wait_until(
                    "the late outcome is known",
                    lambda: gateway.outcome(request_id)["status"] == "predicted",
                )
                client.join(request_id)
                # Nothing stands between: the outcome was not pushed when it came.
                self.assertEqual(client.next_event(), ["joined", {"room": request_id}])
                name, prediction = client.next_event()
                self.assertEqual((name, prediction["UUID"]), ("prediction_ready", request_id))
            client.close()

    def test_a_dead_letter_is_final(self):
        """Goal: a record that no scorer can read fails its request for good: the waiting client is told
        the cause, so is one that joins later, and the JSON API; good requests go on."""
        world = World(mongo="")
        request_id = str(uuid.uuid4())
        with world.process("gateway") as gateway, world.process("scorer"):
            client = WebSocketClient(gateway)
            client.join(request_id)
            self.assertEqual(client.next_event()[0], "joined")
            world.produce(world.requests, json.dumps({"UUID": request_id, "FlightDate": "2016-02-30"}))
            name, failure = client.next_event()
            self.assertEqual((name, failure["request_id"]), ("prediction_failed", request_id))
            self.assertTrue(failure["final"])
            self.assertTrue(failure["reason"] and failure["message"])
            client.join(request_id)
            self.assertEqual(client.next_event()[0], "joined")
            self.assertEqual(client.next_event(), ["prediction_failed", failure])
            answer = gateway.outcome(request_id)
            self.assertEqual((answer["status"], answer["failure"]["reason"]),
                             ("failed", failure["reason"]))
            (record,) = world.records(world.dead_letters)
            self.assertEqual(record["key"], request_id)
            headers = {header["name"]: header["value"] for header in record["headers"]}
            self.assertEqual((headers["cause"], headers["topic"], headers["stage"]),
                             (failure["reason"], world.requests, "scorer"))
            (good,) = gateway.submit_many(1)
            client.join(good)
            self.assertEqual(client.next_event()[0], "joined")
            self.assertEqual(client.next_event()[0], "prediction_ready")
            client.close()


if __name__ == "__main__":
    unittest.main()
