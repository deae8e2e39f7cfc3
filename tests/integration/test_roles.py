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
        gateway.process = subprocess.Popen(gateway.command(), stdout=gateway.log, stderr=gateway.log)
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
