# SPDX-License-Identifier: Apache-2.0
"""`flightcast evaluate`: models judged side by side on later flights, for people and programs."""

import json
import pathlib
import subprocess
import tempfile
import unittest

from server import PROGRAM
from test_train import HEADER, flights


def run(*arguments):
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL,
    )


class Evaluate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="flightcast-evaluate-")
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.data = cls.folder / "flights.csv"
        cls.data.write_text("\n".join([HEADER, *flights(days=12)]) + "\n")
        for name, trees in (("one", 10), ("two", 3)):
            done = run("train", "--data", cls.data, "--out", cls.folder / name, "--name", name,
                       "--trees", trees, "--min-leaf", 20, "--train-until", "2015-01-06")
            assert done.returncode == 0, done.stderr

    def test_json(self):
        """Goal: both models and both baselines are judged on the six days none learned from, with
        intervals around each figure."""
        done = run("evaluate", "--model", self.folder / "one", "--against", self.folder / "two",
                   "--data", self.data, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        names = [one["name"].split("@")[0] for one in report["contestants"]]
        self.assertEqual(names, ["one", "two", "dep_delay_table", "majority"])
        self.assertEqual([day["day"] for day in report["days"]][::5], ["2015-01-07", "2015-01-12"])
        self.assertEqual(report["rows"], 6 * 200)
        self.assertIn("left out", report["notes"][0])
        for one in report["contestants"]:
            low, high = one["intervals"]["log_loss"]
            self.assertTrue(low <= one["log_loss"] <= high, one["name"])
            self.assertEqual(sum(map(sum, one["confusion"])), report["rows"])
        self.assertGreater(report["permutation"]["DepDelay"], 0.1)
        self.assertAlmostEqual(sum(report["gain"].values()), 1, places=6)

    def test_text_and_page(self):
        """Goal: the tables name all, and the page stands alone."""
        page = self.folder / "report.html"
        done = run("evaluate", "--model", self.folder / "one", "--data", self.data,
                   "--from", "2015-01-08", "--until", "2015-01-09", "--html", page)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("400 flights of 2 days, 2015-01-08 to 2015-01-09", done.stdout)
        for text in ("dep_delay_table", "majority", "macro F1", "reliability", "importance by gain"):
            self.assertIn(text, done.stdout)
        html = page.read_text()
        self.assertIn("<svg", html)
        self.assertNotIn("<script", html)
        self.assertNotIn("http", html.replace("http-equiv", ""))

    def test_bundled_model(self):
        """Goal: without --model the one inside the program is judged."""
        later = self.folder / "later.csv"
        later.write_text(self.data.read_text().replace("2015-01-", "2016-01-"))
        done = run("evaluate", "--data", later, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["rows"], 12 * 200)

    def test_refuses(self):
        """Goal: what cannot be judged is named."""
        for code, text, *arguments in (
            (1, "no flight is left to judge on", "--until", "2015-01-05"),
            (1, "no flight is left to judge on", "--from", "2016-01-05"),
            (2, "--from", "--from", "soon"),
            (1, "nowhere", "--against", "nowhere"),
            (1, "absent/report.html", "--html", self.folder / "absent/report.html"),
        ):
            with self.subTest(arguments=arguments):
                done = run("evaluate", "--model", self.folder / "one", "--data", self.data, *arguments)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main()
