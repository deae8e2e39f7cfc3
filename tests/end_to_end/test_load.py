# SPDX-License-Identifier: Apache-2.0
"""`flightcast load` against a real server: every transport and API, with every outcome delivered."""

import json
import os
import subprocess
import unittest

from server import PROGRAM, Server


class Load(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def load(self, *flags, code=0):
        command = [PROGRAM, "load", "--url", f"http://127.0.0.1:{self.server.port}", "--json", *flags]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def assert_all_delivered(self, report, flights):
        self.assertTrue(report["ok"])
        self.assertEqual(report["requests"]["accepted"], flights)
        self.assertEqual(report["outcomes"]["predictions"], flights)
        for fault in ("lost", "doubled", "misdelivered", "ids_given_twice", "disconnects"):
            self.assertEqual(report["outcomes"][fault], 0, fault)

    def test_transports(self):
        """Goal: outcomes come to whoever joined, over websocket, long-polling and an upgrade."""
        for transport in ("websocket", "polling", "upgrade"):
            with self.subTest(transport):
                report = self.load("--transport", transport, "--rate", "0", "--requests", "200",
                                   "--connections", "20")
                self.assert_all_delivered(report, 200)
                self.assertEqual(report["outcomes"]["joins_confirmed"], 200)

    def test_json_api(self):
        """Goal: single flights and batches count each flight."""
        self.assert_all_delivered(self.load("--api", "json", "--rate", "0", "--requests", "100"), 100)
        report = self.load("--api", "json", "--batch", "50", "--rate", "0", "--requests", "20")
        self.assert_all_delivered(report, 1_000)
        self.assertEqual(report["requests"]["sent"], 20)
        report = self.load("--api", "json", "--batch", "50", "--rate", "0", "--requests", "20",
                           "--post-only")
        self.assertEqual(report["requests"]["accepted"], 1_000)

    def test_shared_connections_and_addresses(self):
        """Goal: more clients than HTTP connections, from several local addresses."""
        report = self.load("--connections", "100", "--http-connections", "4", "--rate", "0",
                           "--requests", "400", "--local-address", "127.0.0.2-127.0.0.5")
        self.assert_all_delivered(report, 400)

    def test_token_and_path(self):
        """Goal: a server that wants a token and serves Socket.IO elsewhere is put under load, too; without
        them the flag that is missing can be told from what is said."""
        with Server("--token", "open sesame", "--socketio-path", "/ws/") as server:
            url = f"http://127.0.0.1:{server.port}"
            command = [PROGRAM, "load", "--url", url, "--rate", "0", "--requests", "50", "--json"]
            for transport in ("websocket", "polling", "upgrade"):
                with self.subTest(transport):
                    done = subprocess.run(
                        [*command, "--socketio-path", "/ws/", "--transport", transport],
                        capture_output=True, text=True, timeout=60, check=False,
                        env={**os.environ, "FLIGHTCAST_TOKEN": "open sesame"},
                    )
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    self.assert_all_delivered(json.loads(done.stdout), 50)
            for flags, said in (
                (("--socketio-path", "/ws/"), "unauthorized"),
                (("--token", "open sesame"), "404"),
                (("--socketio-path", "ws"), "--socketio-path must begin"),
            ):
                with self.subTest(flags):
                    done = subprocess.run([*command, *flags], capture_output=True, text=True,
                                          timeout=60, check=False)
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn(said, done.stderr)

    def test_storms(self):
        """Goal: all sessions lose their connections in the middle, come back, and miss nothing."""
        for transport in ("websocket", "upgrade"):
            with self.subTest(transport):
                report = self.load("--transport", transport, "--connections", "50", "--rate", "200",
                                   "--duration", "2s", "--warmup", "0", "--storm-every", "500ms")
                self.assertTrue(report["ok"])
                self.assertGreaterEqual(report["storms"], 1)
                self.assertGreaterEqual(report["latency_us"]["session_back"]["count"], 50)
                self.assertEqual(report["outcomes"]["lost"], 0)

    def test_wrong_names_lose_everything(self):
        """Goal: the figures can fail: under another event's name no outcome is one."""
        report = self.load("--ready-event", "nothing", "--rate", "0", "--requests", "5",
                           "--timeout", "1s", code=1)
        self.assertFalse(report["ok"])
        self.assertEqual(report["outcomes"]["lost"], 5)


if __name__ == "__main__":
    unittest.main()
