# SPDX-License-Identifier: Apache-2.0
"""Passwords are seen by nobody: not in the process list, in log lines, or in what is in force."""

import os
import pathlib
import subprocess
import tempfile
import unittest
import unittest.mock

from server import PROGRAM, Server

SECRET = "hunter2-hidden"
NOWHERE = "127.0.0.1:1"
URI = f"mongodb://root:{SECRET}@{NOWHERE}/?authSource=admin"
IN_ARGUMENTS = ["--kafka-password", SECRET, "--mongo", URI, f"--token={SECRET}",
                "--kafka-option", f"ssl.key.password={SECRET}"]


class Begun(Server):
    """A server that lives, but has no database to become ready with."""

    def __enter__(self):
        return self.begin().wait_for("/livez")


class SecretsTest(unittest.TestCase):
    def test_in_arguments(self):
        """Goal: a password in an argument is warned of, and seen neither in the process list nor in log
        lines."""
        with Begun(*IN_ARGUMENTS) as server:
            listed = pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_text()
            shown = listed.split("\0") + server.output().splitlines()
        self.assertNotIn(SECRET, " ".join(shown))
        self.assertIn(str(server.port), shown)
        for name in ("kafka-password", "mongo", "token", "kafka-option"):
            self.assertTrue(any(line.startswith(f"warning: --{name}:") for line in shown), name)

    def test_in_files_and_environment(self):
        """Goal: a password in a file or variable needs no warning, and is seen as little."""
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(SECRET + "\n")
            file.flush()
            with unittest.mock.patch.dict(os.environ, FLIGHTCAST_MONGO=URI, FLIGHTCAST_TOKEN=SECRET):
                with Begun("--mongo-password-file", file.name) as server:
                    listed = pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_text()
                    shown = listed + server.output()
        self.assertNotIn(SECRET, shown)
        self.assertNotIn("warning: --", shown)

    def test_config(self):
        """Goal: `config` shows what is not secret of what holds a password."""
        for form in ("--json", None):
            command = [PROGRAM, "config", *IN_ARGUMENTS, *([form] if form else [])]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            self.assertNotIn(SECRET, done.stdout + done.stderr)
            self.assertIn(f"mongodb://root:***@{NOWHERE}/?authSource=admin", done.stdout)
            self.assertIn("ssl.key.password=***", done.stdout)


if __name__ == "__main__":
    unittest.main()
