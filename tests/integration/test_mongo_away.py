# SPDX-License-Identifier: Apache-2.0
"""The database goes away under load and comes back: predictions go on, and nothing is lost."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/end_to_end"))

from server import PROGRAM, SUBMIT, Server  # noqa: E402


class OwnMongo:
    """A database server of this test's, which may be killed and started again where it was."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="flightcast-mongo-")
        self.uri = None

    def service(self, action):
        return subprocess.run(
            [sys.executable, str(ROOT / "tools/services/mongo.py"), action,
             "--folder", self.folder.name],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout

    def up(self):
        for line in self.service("up").splitlines():
            name, value = line.removeprefix("export ").split("=", 1)
            if name == "FLIGHTCAST_TEST_MONGO":
                self.uri = value

    def kill(self):
        pid = int((pathlib.Path(self.folder.name).resolve() / "plain/pid").read_text())
        os.kill(pid, signal.SIGKILL)

    def __enter__(self):
        self.up()
        return self

    def __exit__(self, *_):
        self.service("down")
        self.folder.cleanup()


class MongoAwayTest(unittest.TestCase):
    def load(self, server):
        """Requests at a fixed rate, each of which must have its one push; the report."""
        done = subprocess.run(
            [PROGRAM, "load", "--url", f"http://127.0.0.1:{server.port}", "--rate", "50",
             "--duration", "4s", "--warmup", "0s", "--timeout", "60s", "--json"],
            capture_output=True, text=True, check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_predictions_go_on_and_are_stored_later(self):
        with OwnMongo() as mongo, Server("--mongo", mongo.uri) as server:
            first = [server.submit()[1]["id"] for _ in range(10)]
            stored = {i: server.wait_for_outcome(i) for i in first}
            mongo.kill()
            self.load(server)  # Every push comes while nothing can be stored.
            meanwhile = [server.submit()[1]["id"] for _ in range(10)]
            for request_id in meanwhile:
                status, _, body = server.get(f"{SUBMIT}/response/{request_id}")
                self.assertEqual((status, json.loads(body)["status"]), (200, "WAIT"))
            mongo.up()
            for request_id in meanwhile:
                server.wait_for_outcome(request_id)
            for request_id, answer in stored.items():
                self.assertEqual(server.wait_for_outcome(request_id), answer)


if __name__ == "__main__":
    unittest.main()
