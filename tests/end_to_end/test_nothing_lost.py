# SPDX-License-Identifier: Apache-2.0
"""Every accepted flight gets its outcome: once, to its owner, whatever happens to the server."""

import http.client
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
        with Server() as server:
            for _ in range(KILLS):
                stop = threading.Event()
                clients = [
                    threading.Thread(target=self.post_until, args=(server, stop, accepted))
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
            for request_id in accepted:
                server.wait_for_outcome(request_id)
            server.stop()
            self.check_store(server, accepted)

    @staticmethod
    def post_until(server, stop, accepted):
        while not stop.is_set():
            try:
                status, answer = server.submit()
                if status == 200:
                    accepted.append(answer["id"])
            except (OSError, ValueError, http.client.HTTPException):
                pass  # The server was killed: whether that one counts, nobody was told.

    def check_store(self, server, accepted):
        database = sqlite3.connect(pathlib.Path(server.data_dir, "flightcast.db"))
        for request_id in accepted:
            rows = database.execute(
                "SELECT count(*) FROM outcome WHERE id = ?", (uuid.UUID(request_id).bytes,)
            ).fetchone()
            self.assertEqual(rows[0], 1, request_id)
        database.close()

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
                 "--requests", "2000", "--rate", "2000", "--warmup", "0s"],
                capture_output=True, text=True, timeout=300,
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_metrics_count(self):
        """Goal: the numbers that operators see follow what happened."""
        with Server() as server:
            _, answer = server.submit()
            server.wait_for_outcome(answer["id"])
            server.submit(Origin="nowhere")
            text = server.get("/metrics")[2].decode()
            self.assertIn('flightcast_requests_total{status="accepted"} 1', text)
            self.assertIn('flightcast_requests_total{status="invalid"} 1', text)
            self.assertRegex(text, r'flightcast_outcomes_total\{class="[0-3]"\} 1')


if __name__ == "__main__":
    unittest.main()
