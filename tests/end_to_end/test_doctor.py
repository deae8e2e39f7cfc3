# SPDX-License-Identifier: Apache-2.0
"""`flightcast doctor` beside a running server, and where things are wrong."""

import contextlib
import json
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

from server import PROGRAM, Server, free_port, wait_until


def examine(*options):
    """The checks of `flightcast doctor` by name; its exit code agrees with them."""
    done = subprocess.run(
        [PROGRAM, "doctor", "--json", *options], capture_output=True, text=True, check=False
    )
    report = json.loads(done.stdout)
    assert done.returncode == (0 if report["healthy"] else 1), done
    return {check["name"]: check for check in report["checks"]}


class DoctorTest(unittest.TestCase):
    def test_beside_a_server(self):
        """Goal: beside a running server all is well, and what it holds is seen; a second one cannot be."""
        with Server() as server:
            place = ["--port", str(server.port), "--data-dir", server.data_dir]
            checks = examine(*place)
            self.assertEqual(checks["port"]["state"], "good")
            self.assertIn("ready", checks["port"]["what"])
            self.assertIn(str(server.process.pid), checks["data folder"]["what"])
            self.assertIn("flight-delay-ml-request", checks["topics"]["what"])
            server.stop()
            self.assertIn("free", examine(*place)["port"]["what"])

    def test_says_what_is_wrong(self):
        """Goal: what cannot work is named, each with an advice."""
        with tempfile.TemporaryDirectory() as folder:
            checks = examine(
                "--port", str(free_port()), "--data-dir", folder, "--model", folder + "/none",
                "--timezone", "Nowhere/Else",
            )
            for name in ("model", "time zone"):
                self.assertEqual(checks[name]["state"], "bad")
                self.assertTrue(checks[name]["advice"])


class DeepTest(unittest.TestCase):
    """`doctor --deep` on a folder that a server has used, and on the same with one thing spoiled."""

    def setUp(self):
        self.server = Server().start()
        self.addCleanup(self.server.__exit__)
        ids = [self.server.submit(DepDelay=str(delay))[1]["id"] for delay in range(5)]
        for request in ids:
            self.server.wait_for_outcome(request)
        self.place = ["--data-dir", self.server.data_dir, "--port", str(self.server.port), "--deep"]

    def test_beside_a_server(self):
        """Goal: beside a running server all is found well, with counts."""
        checks = wait_until("it is archived and well", lambda: (
            (c := examine(*self.place))["stored outcomes"]["what"].startswith("5 requests") and c
        ))
        for name in ("database", "records", "positions", "outcomes", "stored outcomes"):
            self.assertEqual(checks[name]["state"], "good", checks[name])
        self.assertIn("5 requests were scored, and each has its outcome", checks["outcomes"]["what"])

    def spoil(self, *statements):
        """Stops the server, changes its database, and looks."""
        self.server.stop()
        file = pathlib.Path(self.server.data_dir, "flightcast.db")
        with contextlib.closing(sqlite3.connect(file)) as database, database:
            tables = dict(database.execute("SELECT name, id FROM topic"))
            for statement in statements:
                database.execute(statement.format(**{
                    name.rsplit("-", 1)[1]: f"log_{number}_0" for name, number in tables.items()
                }))
        return examine(*self.place)

    def test_outcomes_that_are_missing(self):
        """Goal: requests that were scored and whose outcomes are nowhere are counted, with the way out."""
        checks = self.spoil("DELETE FROM outcome WHERE place <= 2", "DELETE FROM {response} WHERE at < 2")
        self.assertEqual(checks["outcomes"]["state"], "bad")
        self.assertIn("and 2 have no outcome", checks["outcomes"]["what"])
        self.assertIn("--to unanswered", checks["outcomes"]["advice"])

    def test_a_store_that_lost_some(self):
        """Goal: outcomes that stand on the topic, were archived, and are not in the store."""
        checks = self.spoil("DELETE FROM outcome WHERE place = 1")
        self.assertEqual(checks["outcomes"]["state"], "good")
        self.assertEqual(checks["stored outcomes"]["state"], "bad")
        self.assertIn("and 1 that were archived are missing", checks["stored outcomes"]["what"])

    def test_positions_behind_the_end(self):
        """Goal: a group that would wait for ever at a place that does not exist is named."""
        checks = self.spoil("UPDATE position SET next = 900 WHERE group_name = 'flightcast-scorer'")
        self.assertEqual(checks["positions"]["state"], "bad")
        self.assertIn("scorer: 900 in partition 0", checks["positions"]["what"])

    def test_a_damaged_database(self):
        """Goal: an index that does not fit its table is found, though every record can be read."""
        checks = self.spoil("PRAGMA writable_schema=ON",
                            "UPDATE sqlite_schema SET sql = replace(sql, '(id, kind)', '(kind, id)') "
                            "WHERE name = 'outcome_id'")
        self.assertEqual(checks["database"]["state"], "bad", checks["database"])


if __name__ == "__main__":
    unittest.main()
