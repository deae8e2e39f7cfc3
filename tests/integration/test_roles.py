# SPDX-License-Identifier: Apache-2.0
"""Gateways and scorers apart, on a real Kafka (FLIGHTCAST_TEST_KAFKA) and a server that speaks
MongoDB's protocol (FLIGHTCAST_TEST_MONGO)."""

import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import unittest
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import server as e2e  # noqa: E402

KAFKA = os.environ.get("FLIGHTCAST_TEST_KAFKA", "")
MONGO = os.environ.get("FLIGHTCAST_TEST_MONGO", "")


class RoleProcess(e2e.Server):
    """`flightcast ROLE`; a scorer answers /readyz on its operations port."""

    def __init__(self, role, *options):
        super().__init__(*options)
        self.role = role

    def command(self):
        port = "--operations-port" if self.role == "scorer" else "--port"
        return [e2e.PROGRAM, self.role, port, str(self.port), *self.options]


class World:
    """Topics, groups and a database of one test, and the options that name them."""

    def __init__(self, kafka=KAFKA, mongo=MONGO):
        tag = uuid.uuid4().hex[:12]
        self.options = [
            "--kafka", kafka, "--request-topic", f"q-{tag}", "--response-topic", f"r-{tag}",
            "--dead-letter-topic", f"d-{tag}", "--scorer-group", f"s-{tag}",
            "--archiver-group", f"a-{tag}", "--log-level", "warning",
        ]
        if mongo:
            self.options += ["--mongo", mongo, "--mongo-database", f"fc_{tag}"]

    def process(self, role, *options):
        return RoleProcess(role, *self.options, *options)

    def topics(self, command, *options):
        brokers, topic, group = (self.options[i] for i in (1, 3, 9))
        words = ["--kafka", brokers, "--group", group, "--topic", topic, *options]
        return subprocess.run(
            [e2e.PROGRAM, "topics", command, *words], capture_output=True, text=True, check=False
        )

    def seek(self, to):
        return self.topics("seek", "--to", to)

    def lag(self):
        return sum(place["lag"] for place in json.loads(self.topics("lag", "--json").stdout))


def load(gateway, *flags):
    done = subprocess.run(
        [e2e.PROGRAM, "load", "--url", f"http://127.0.0.1:{gateway.port}", "--json", *flags],
        capture_output=True, text=True, check=False,
    )
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


@unittest.skipUnless(KAFKA, "FLIGHTCAST_TEST_KAFKA names no broker; './dev services up' starts one")
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
            self.assertEqual(world.seek("end").returncode, 0)
            with world.process("scorer"):
                asked = gateway.submit()[1]["id"]
                self.wait_for_push(gateway, asked)
                refused = world.seek("beginning")
                self.assertEqual(refused.returncode, 1)
                self.assertIn("stop its members first", refused.stderr)
            for request_id in old:
                clients.append(e2e.SocketIoClient(gateway))
                clients[-1].join(request_id)
                self.assertEqual(clients[-1].next_event()[0], "joined")
            self.assertEqual(world.lag(), 0)
            deadline = time.monotonic() + e2e.START_SECONDS
            while world.seek("1h").returncode != 0:  # Its place in the group is kept for a while.
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.5)
            self.assertEqual(world.lag(), 4)
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

    @unittest.skipUnless(MONGO, "FLIGHTCAST_TEST_MONGO names no server")
    def test_the_archiver_stores_what_is_polled(self):
        """Goal: the polling endpoint of a gateway answers from MongoDB, which the scorer fills."""
        world = World()
        with world.process("gateway") as gateway, world.process("scorer"):
            status, answer = gateway.submit()
            self.assertEqual(status, 200, answer)
            stored = gateway.wait_for_outcome(answer["id"])
            self.assertEqual(stored["prediction"]["UUID"], answer["id"])
            self.assertIn("$oid", stored["prediction"]["_id"])


class NoBroker(unittest.TestCase):
    def test_it_says_what_it_waits_for(self):
        """Goal: without a broker a gateway starts all the same, says in /readyz and in its log for what
        it waits, and accepts nothing."""
        nowhere = f"127.0.0.1:{e2e.free_port()}"
        gateway = World(kafka=nowhere, mongo="").process("gateway", "--accept-timeout", "1s")
        gateway.begin()
        try:
            reason = "starting"
            deadline = time.monotonic() + e2e.START_SECONDS
            while "starting" in reason and time.monotonic() < deadline:
                try:
                    status, _, body = gateway.get("/readyz")
                    self.assertEqual(status, 503)
                    reason = json.loads(body)["checks"]["event log"]
                except OSError:
                    pass
                time.sleep(0.05)
            self.assertIn(nowhere, reason)
            status, answer = gateway.submit()
            self.assertEqual((status, answer["status"]), (503, "ERROR"))
            self.assertEqual(gateway.stop(), 0)
            self.assertIn("waiting for the event log", gateway.output())
        finally:
            if gateway.process.poll() is None:
                gateway.kill()
            gateway.log.close()


if __name__ == "__main__":
    unittest.main()
