# SPDX-License-Identifier: Apache-2.0
"""Every accepted flight gets its outcome: once, to its owner, whatever happens to the server."""

import http.client
import json
import pathlib
import random
import sqlite3
import subprocess
import threading
import time
import unittest
import uuid

from server import PROGRAM, Server, SocketIoClient

KILLS = 20
CLIENTS = 4


class NothingLost(unittest.TestCase):
    def test_kill_at_any_moment(self):
        """Goal: killed 20 times while clients post; each accepted id has exactly one stored outcome."""
        seed = random.randrange(1 << 30)
        print("seed", seed)
        rng = random.Random(seed)
        accepted = []
        interrupted = []
        with Server() as server:
            for _ in range(KILLS):
                stop = threading.Event()
                clients = [
                    threading.Thread(target=self.post_until, args=(server, stop, accepted, interrupted))
                    for _ in range(CLIENTS)
                ]
                for client in clients:
                    client.start()
                time.sleep(rng.uniform(0.01, 0.2))  # The moment of the kill, nothing waited for.
                server.kill()
                stop.set()
                for client in clients:
                    client.join()
                server.start()
            self.assertGreater(len(accepted), KILLS)
            self.assertGreaterEqual(len(interrupted), KILLS, "the kills hit work under way")
            self.assertEqual(len(set(accepted)), len(accepted))
            for request_id in accepted:
                server.wait_for_outcome(request_id)
            # Of those that nobody was told about, some were accepted too.
            self.check_store(server, len(accepted), len(accepted) + len(interrupted), accepted)

    @staticmethod
    def post_until(server, stop, accepted, interrupted):
        while not stop.is_set():
            try:
                status, answer = server.submit()
                if status == 200:
                    accepted.append(answer["id"])
            except (OSError, ValueError, http.client.HTTPException):
                # The server was killed: whether that one counts, nobody was told.
                interrupted.append(stop)
                stop.wait(0.001)

    def check_store(self, server, least, most=None, accepted=()):
        """Stops the server; its store has one outcome for each request, and no request twice."""
        self.assertEqual(server.stop(), 0, server.output())
        database = sqlite3.connect(pathlib.Path(server.data_dir, "flightcast.db"))
        stored = [uuid.UUID(bytes=row[0]) for row in database.execute("SELECT id FROM outcome")]
        (topic,) = database.execute(
            "SELECT id FROM topic WHERE name = 'flight-delay-ml-request'").fetchone()
        keys = [uuid.UUID(row[0]) for row in database.execute(f"SELECT key FROM log_{topic}_0")]
        database.close()
        self.assertEqual(len(stored), len(set(stored)))
        self.assertLessEqual({uuid.UUID(request_id) for request_id in accepted}, set(stored))
        self.assertGreaterEqual(len(stored), least)
        self.assertLessEqual(len(stored), most or least)
        self.assertEqual(len(keys), len(set(keys)), "a request was appended twice")
        self.assertEqual(set(keys), set(stored))

    def test_early_late_and_forged_joins(self):
        """Goal: a join before or long after the outcome brings it once; a forged one brings nothing."""
        with Server() as server:
            _, answer = server.submit()
            early = SocketIoClient(server)
            early.join(answer["id"])
            self.assertEqual(early.next_event(), ["joined", {"room": answer["id"]}])
            event, payload = early.next_event()
            self.assertEqual((event, payload["UUID"]), ("prediction_ready", answer["id"]))
            self.assertEqual(list(payload)[:3], ["Origin", "DayOfWeek", "DayOfYear"])
            stranger = SocketIoClient(server)
            stranger.join(str(uuid.uuid4()))
            self.assertEqual(stranger.next_event()[0], "joined")
            server.kill()
            server.start()
            late = SocketIoClient(server)
            late.join(answer["id"])
            self.assertEqual(late.next_event()[0], "joined")
            again = late.next_event()
            self.assertEqual(again, ["prediction_ready", payload])

    def test_short_request_timeout(self):
        """Goal: a wait that times out says so, is not final, and leaves the connection usable."""
        with Server("--request-timeout", "100ms") as server:
            client = SocketIoClient(server)
            unknown = str(uuid.uuid4())
            client.join(unknown)
            self.assertEqual(client.next_event()[0], "joined")
            event, payload = client.next_event()
            self.assertEqual(event, "prediction_failed")
            self.assertEqual(payload["request_id"], unknown)
            self.assertEqual((payload["reason"], payload["final"]), ("timeout", False))
            _, answer = server.submit()
            client.join(answer["id"])
            self.assertEqual(client.next_event()[0], "joined")
            self.assertEqual(client.next_event()[0], "prediction_ready")

    def test_two_hundred_clients(self):
        """Goal: 200 clients with 10 requests each at once get every result exactly once, their own."""
        with Server() as server:
            done = subprocess.run(
                [PROGRAM, "load", "--url", f"http://127.0.0.1:{server.port}", "--connections", "200",
                 "--requests", "2000", "--rate", "2000", "--warmup", "0s", "--json"],
                capture_output=True, text=True, timeout=300, check=False,
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            report = json.loads(done.stdout)
            self.assertEqual(report["requests"]["accepted"], 2000)
            outcomes = report["outcomes"]
            self.assertEqual(outcomes["predictions"], 2000)
            for wrong in ("failures", "lost", "doubled", "misdelivered", "ids_given_twice"):
                self.assertEqual(outcomes[wrong], 0, wrong)
            self.check_store(server, 2000)


if __name__ == "__main__":
    unittest.main()
