# SPDX-License-Identifier: Apache-2.0
"""`flightcast export`: predictions, arrivals and evaluations as CSV and JSON lines."""

import csv
import io
import json
import pathlib
import subprocess
import unittest

from server import PROGRAM, START_SECONDS, Server, wait_until


class Export(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.server.judge_some(3)
        wait_until("all is stored and judged", lambda: all(
            len(cls.rows(kind)) == 3 for kind in ("predictions", "arrivals", "evaluations")
        ))

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    @classmethod
    def export(cls, *arguments, output=subprocess.PIPE):
        return subprocess.run(
            [PROGRAM, "export", *arguments, "--data-dir", cls.server.data_dir],
            stdout=output, stderr=subprocess.PIPE, text=True, timeout=START_SECONDS
        )

    @classmethod
    def rows(cls, *arguments):
        done = cls.export(*arguments)
        assert done.returncode == 0, done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def lines(self, *arguments):
        done = self.export(*arguments, "--format", "jsonl")
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_csv_and_lines_agree(self):
        """Goal: both formats tell the same rows while the server works; JSON lines are the documents."""
        for kind in ("predictions", "arrivals", "evaluations"):
            with self.subTest(kind):
                rows, documents = self.rows(kind), self.lines(kind)
                self.assertEqual(len(rows), len(documents))
                for row, document in zip(rows, documents):
                    for name in ("UUID", "Carrier", "Origin", "Model", "Source"):
                        if name in row:
                            self.assertEqual(row[name], str(document.get(name, "")))
                    if "Probability0" in row:
                        told = [float(row[f"Probability{i}"]) for i in range(4)]
                        self.assertEqual(told, document["Probabilities"])

    def test_they_belong_together(self):
        """Goal: an evaluation names a prediction that is exported as well, with the same class."""
        predicted = {row["UUID"]: row["Prediction"] for row in self.rows("predictions")}
        judged = {row["UUID"]: row["Prediction"] for row in self.rows("evaluations")}
        self.assertEqual(judged, predicted)

    def test_bounds(self):
        """Goal: --from is inclusive, --to is not; a bound that is neither day nor time is wrong usage."""
        for kind in ("predictions", "arrivals", "evaluations"):
            self.assertEqual(len(self.rows(kind, "--from", "2020-01-01", "--to", "2099-01-01")), 3)
            self.assertEqual(self.rows(kind, "--from", "2099-01-01"), [])
            self.assertEqual(self.rows(kind, "--to", "2020-01-01T00:00:00Z"), [])
        scored = sorted(line["ScoredAt"] for line in self.lines("predictions"))
        self.assertEqual(len(self.lines("predictions", "--from", scored[1])), 2)
        self.assertEqual(len(self.lines("predictions", "--to", scored[1])), 1)
        done = self.export("predictions", "--from", "yesterday")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--from: 'yesterday' is", done.stderr)

    def test_output_that_cannot_be_written(self):
        """Goal: a full disk, a missing folder: exit code 1 with the reason; nothing half is left."""
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = self.export("predictions", output=full)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left", done.stderr)
        done = self.export("predictions", "--out", "/missing/folder/p.csv")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/missing/folder/p.csv", done.stderr)

    def test_file_names_choose_the_format(self):
        """Goal: a file is whole, its ending is its format, and people read how many rows it has."""
        out = pathlib.Path(self.server.data_dir, "out.jsonl")
        done = self.export("evaluations", "--out", str(out))
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertIn("3 evaluations", done.stderr)
        self.assertEqual(len([json.loads(line) for line in out.read_text().splitlines()]), 3)

    def test_places_without_data(self):
        """Goal: a folder without a database and a server that is away are named, with exit code 1."""
        for kind in ("predictions", "arrivals"):
            done = subprocess.run(
                [PROGRAM, "export", kind, "--data-dir", "/nowhere"], capture_output=True, text=True,
                timeout=START_SECONDS
            )
            self.assertEqual((done.returncode, done.stdout), (1, ""), kind)
            self.assertIn("/nowhere", done.stderr)
        done = subprocess.run(
            [PROGRAM, "export", "predictions", "--mongo", "mongodb://127.0.0.1:9/"], capture_output=True,
            text=True, timeout=START_SECONDS
        )
        self.assertEqual(done.returncode, 1)
        self.assertIn("127.0.0.1:9", done.stderr)


if __name__ == "__main__":
    unittest.main()
