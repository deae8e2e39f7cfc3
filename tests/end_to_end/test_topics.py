# SPDX-License-Identifier: Apache-2.0
"""`flightcast topics`, the whole program: what it refuses."""

import subprocess
import unittest

from server import PROGRAM, START_SECONDS


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


if __name__ == "__main__":
    unittest.main()
