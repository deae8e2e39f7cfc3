# SPDX-License-Identifier: Apache-2.0
"""`flightcast doctor` beside a running server, and where things are wrong."""

import json
import subprocess
import tempfile
import unittest

from server import PROGRAM, Server, free_port


class DoctorTest(unittest.TestCase):
    def examine(self, *options):
        done = subprocess.run(
            [PROGRAM, "doctor", "--json", *options], capture_output=True, text=True, check=False
        )
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if report["healthy"] else 1)
        return {check["name"]: check for check in report["checks"]}

    def test_beside_a_server(self):
        """Goal: beside a running server all is well, and what it holds is seen; a second one cannot be."""
        with Server() as server:
            place = ["--port", str(server.port), "--data-dir", server.data_dir]
            checks = self.examine(*place)
            self.assertEqual(checks["port"]["state"], "good")
            self.assertIn("ready", checks["port"]["what"])
            self.assertIn(str(server.process.pid), checks["data folder"]["what"])
            self.assertIn("flight-delay-ml-request", checks["topics"]["what"])
            server.stop()
            self.assertIn("free", self.examine(*place)["port"]["what"])

    def test_says_what_is_wrong(self):
        """Goal: what cannot work is named, each with an advice."""
        with tempfile.TemporaryDirectory() as folder:
            checks = self.examine(
                "--port", str(free_port()), "--data-dir", folder, "--model", folder + "/none",
                "--timezone", "Nowhere/Else",
            )
            for name in ("model", "time zone"):
                self.assertEqual(checks[name]["state"], "bad")
                self.assertTrue(checks[name]["advice"])


if __name__ == "__main__":
    unittest.main()
