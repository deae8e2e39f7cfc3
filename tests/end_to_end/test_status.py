# SPDX-License-Identifier: Apache-2.0
"""How a server is: GET /api/v1/status and `flightcast top`, and options that SIGHUP changes."""

import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import tempfile
import unittest

from server import PROGRAM, START_SECONDS, Server, wait_until


def top(*arguments):
    """Runs `flightcast top`: its exit code, output and complaints."""
    done = subprocess.run(
        [PROGRAM, "top", *arguments], capture_output=True, text=True, timeout=START_SECONDS
    )
    return done.returncode, done.stdout, done.stderr


class Status(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        _, accepted = cls.server.submit()
        cls.server.wait_for_outcome(accepted["id"])

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def ask(self):
        status, _, body = self.server.request("GET", "/api/v1/status", headers=self.server.admin_headers())
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def test_needs_the_admin_token(self):
        """Goal: nobody sees the status without the admin token; the page itself has no secret."""
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            self.assertEqual(self.server.request("GET", "/api/v1/status", headers=headers)[0], 401)
        self.assertEqual(self.server.get("/status")[0], 200)

    def test_tells_what_is_known(self):
        """Goal: the parts of a healthy server that has done a little work."""
        status = wait_until(
            "lag is known", lambda: (s := self.ask()) and all(g["partitions"] for g in s["lag"]) and s["lag"] and s
        )
        self.assertTrue(status["healthy"])
        self.assertEqual([a for a in status["alarms"] if a["state"] == "firing"], [])
        self.assertIn("scorer", {group["group"] for group in status["lag"]})
        self.assertIn("flightcast@", status["model"]["in_use"])
        self.assertGreater(status["resources"]["memory_bytes"], 1e6)
        self.assertEqual(status["role"], "serve")

    def test_top_once(self):
        """Goal: plain lines without a terminal; the server and its token are found by the data folder, and
        a server is found by its address."""
        for place in (["--data-dir", self.server.data_dir],
                      ["--url", f"http://127.0.0.1:{self.server.port}", "--data-dir", self.server.data_dir]):
            code, text, complaints = top("--once", *place)
            self.assertEqual((code, complaints), (0, ""))
            self.assertRegex(text, r"^flightcast serve \S+  up \d+ min  flightcast@")
            self.assertRegex(text, r"\nscorer +0\n")
            self.assertNotIn("\x1b", text)
        code, text, _ = top("--once", "--json", "--data-dir", self.server.data_dir)
        self.assertEqual(json.loads(text).keys(), self.ask().keys())

    def test_top_refuses_in_words(self):
        """Goal: a server that is away, a token that is wrong, a folder without a server: exit code 1 and
        the way out."""
        with tempfile.TemporaryDirectory() as empty:
            for arguments, words in (
                (["--data-dir", empty], "start one, or name one with --url"),
                (["--url", f"http://127.0.0.1:{self.server.port}", "--data-dir", empty], "wants its admin token"),
                (["--url", f"http://127.0.0.1:{self.server.port}", "--admin-token", "wrong"], "wants its admin token"),
                (["--url", "http://127.0.0.1:9", "--admin-token", "x"], "127.0.0.1:9"),
            ):
                with self.subTest(arguments):
                    code, text, complaints = top("--once", *arguments)
                    self.assertEqual((code, text), (1, ""))
                    self.assertIn(words, complaints)
        self.assertEqual(top("--once", "--every", "0")[0], 2)

    def test_top_in_a_terminal(self):
        """Goal: in a terminal the screen is drawn anew again and again, and Ctrl-C gives the old one back."""
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [PROGRAM, "top", "--data-dir", self.server.data_dir, "--every", "0.1"],
            stdout=follower, stderr=subprocess.PIPE, stdin=follower
        )
        os.close(follower)
        seen = b""

        def read():
            nonlocal seen
            if select.select([leader], [], [], 0.05)[0]:
                seen += os.read(leader, 65536)
            return seen

        try:
            wait_until("three screens", lambda: read().count(b"\x1b[Hflightcast") >= 0 and seen.count(b"flightcast serve") >= 3)
            process.send_signal(signal.SIGINT)
            wait_until("the old screen", lambda: read().endswith(b"\x1b[?1049l"))
            self.assertEqual(process.wait(timeout=START_SECONDS), 0)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stderr.close()
            os.close(leader)
        self.assertTrue(seen.startswith(b"\x1b[?1049h"))


class Reload(unittest.TestCase):
    def test_options_are_read_again(self):
        """Goal: SIGHUP brings the marked options into force: the log level and a new admin token; the others
        are named and wait; a file that is not valid changes nothing and is said."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "flightcast.toml")
            token = pathlib.Path(folder, "token")
            token.write_text("first-token-of-the-test\n")

            def write(**values):
                file.write_text("".join(f"{k.replace('_', '-')} = {json.dumps(v)}\n" for k, v in values.items()))

            write(log_level="warning", admin_token_file=str(token))
            with Server("--config", str(file)) as server:
                def state(with_token):
                    return server.request(
                        "GET", "/api/v1/status", headers={"Authorization": f"Bearer {with_token}"}
                    )[0]

                self.assertEqual(state("first-token-of-the-test"), 200)
                self.assertEqual(server.output().count("options changed"), 0)
                token.write_text("second-token-of-the-test\n")
                write(log_level="info", admin_token_file=str(token), partitions="8")
                server.process.send_signal(signal.SIGHUP)
                server.wait_for_line("options changed")
                server.wait_for_line("these options change with the next start only")
                self.assertIn("log-level", server.output())
                self.assertIn("partitions", server.output())
                wait_until("the new token is in force", lambda: state("second-token-of-the-test") == 200)
                self.assertEqual(state("first-token-of-the-test"), 401)

                write(log_level="loud", admin_token_file=str(token))
                server.process.send_signal(signal.SIGHUP)
                server.wait_for_line("the options are not valid; the old ones stay in force")
                told = json.loads(server.request(
                    "GET", "/api/v1/status", headers={"Authorization": "Bearer second-token-of-the-test"}
                )[2])["errors"][0]
                self.assertEqual((told["level"], told["message"], told["count"]),
                                 ("error", "the options are not valid; the old ones stay in force", 1))
                self.assertIn("log-level", told["detail"])
                token.unlink()
                write(log_level="error", admin_token_file=str(token))
                server.process.send_signal(signal.SIGHUP)
                server.wait_for_line("the options cannot be used; the old ones stay in force")
                self.assertEqual(state("second-token-of-the-test"), 200)
                self.assertEqual(server.submit()[0], 200)


if __name__ == "__main__":
    unittest.main()
