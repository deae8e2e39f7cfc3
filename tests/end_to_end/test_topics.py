# SPDX-License-Identifier: Apache-2.0
"""`flightcast topics`, the whole program: what it refuses, and what becomes of what it prints."""

import json
import os
import subprocess
import unittest

from server import PROGRAM, START_SECONDS, Server


def topics(*arguments, **how):
    return subprocess.run(
        [PROGRAM, "topics", *arguments],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True,
           "timeout": START_SECONDS, **how},
    )


class WrongUsage(unittest.TestCase):
    def test_refuses(self):
        """Goal: what cannot be meant is refused with 2 and its name, before anything is reached."""
        kafka = ("--kafka", "127.0.0.1:1")
        cases = [
            (("tail", "--count", "0"), "--count"),
            (("tail", "--count", "-1"), "--count"),
            (("tail", "--raw", "--headers"), "--headers"),
            (("set", *kafka, "--topic", "t", "--retention", "0s"), "--retention"),
            (("init", *kafka, "--retention", "0"), "--retention"),
        ]
        for arguments, name in cases:
            with self.subTest(arguments):
                done = topics(*arguments)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(name, done.stderr)


class Output(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.request_id = cls.server.submit()[1]["id"]
        cls.server.wait_for_outcome(cls.request_id)
        cls.folder = ("--data-dir", cls.server.data_dir)

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def test_finds_capitals(self):
        """Goal: a request is found by its id in either case."""
        for spelled in (self.request_id, self.request_id.upper()):
            done = topics("tail", *self.folder, "--from-beginning", "--no-follow", "--raw",
                          "--uuid", spelled)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(self.request_id, done.stdout)

    def test_retention_beside_a_server(self):
        """Goal: how long a topic keeps records can be set while a server is at work, is shown, holds
        after its restart and can be taken back; other changes are refused in words."""
        name = ("--topic", "flight-delay-ml-dead-letter")

        def shown():
            done = topics("describe", *self.folder, *name, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)[0].get("retention_ms")

        self.assertIsNone(shown())
        done = topics("set", *self.folder, *name, "--retention", "24h")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, "flight-delay-ml-dead-letter +1 +0 +1d")
        self.assertEqual(self.server.stop(), 0)
        self.server.start()
        self.assertEqual(shown(), 86_400_000)
        self.assertEqual(self.server.submit()[0], 200)
        self.assertEqual(topics("set", *self.folder, *name, "--retention", "default").returncode, 0)
        self.assertIsNone(shown())
        for arguments, reason in ((("set", *name, "--partitions", "2"), "--kafka"),
                                  (("set", "--topic", "t", "--retention", "1h"), "'t'"),
                                  (("init",), "--kafka")):
            done = topics(*arguments, *self.folder)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn(reason, done.stderr)

    def test_full_disk(self):
        """Goal: what could not be written is a failure with its reason."""
        for arguments in (("describe",), ("tail", "--from-beginning", "--no-follow")):
            with self.subTest(arguments), open("/dev/full", "wb") as full:
                done = topics(*arguments, *self.folder, stdout=full)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("cannot write standard output: No space left", done.stderr)

    def test_reader_left(self):
        """Goal: following ends when nobody reads it, also where the signal for that is ignored."""
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as nobody:  # Python itself ignores SIGPIPE.
            done = topics("tail", *self.folder, "--from-beginning", stdout=nobody,
                          restore_signals=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("cannot write standard output: Broken pipe", done.stderr)


if __name__ == "__main__":
    unittest.main()
