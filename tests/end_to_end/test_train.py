# SPDX-License-Identifier: Apache-2.0
"""`flightcast train`: a model from flights, which `serve` then uses; and what bad data gets."""

import bz2
import gzip
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import tempfile
import unittest
import zipfile

from server import PROGRAM, Server

HEADER = "FlightDate,Reporting_Airline,Origin,Dest,DepDelay,ArrDelay,Distance,Cancelled,Diverted"


def flights(days=10, each=200, seed=1):
    """Rows of made-up flights that arrive about as late as they left."""
    rng = random.Random(seed)
    for day in range(1, days + 1):
        for _ in range(each):
            origin, dest = rng.sample(["ATL", "SFO", "JFK", "SEA"], 2)
            late = rng.randrange(-20, 90)
            yield (f"2015-01-{day:02},{rng.choice(['AA', 'DL'])},{origin},{dest},{late},"
                   f"{late + rng.randrange(-15, 15)},1000,0.00,0.00")


class Train(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-train-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "model"

    def data(self, lines, name="flights.csv"):
        path = self.folder / name
        opened = gzip.open(path, "wt") if name.endswith(".gz") else open(path, "w", encoding="utf-8")
        with opened as file:
            file.write("\n".join(lines) + "\n")
        return str(path)

    def train(self, *arguments):
        return subprocess.run(
            [PROGRAM, "train", "--out", str(self.out), "--trees", "10", "--min-leaf", "20",
             *arguments],
            capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL,
        )

    def test_learns_and_serves(self):
        """Goal: the forest beats the majority on later days, and the server answers with it."""
        plain = self.data([HEADER, *flights(days=5)])
        packed = self.data([HEADER, *flights(seed=2)], "more.csv.gz")
        done = self.train("--data", plain, packed, "--name", "tried", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        json.loads(done.stdout)
        bundle = json.loads((self.out / "bundle.json").read_text())
        figures = {board["name"]: board["figures"] for board in bundle["metrics"]}
        self.assertGreater(figures["forest"]["accuracy"], figures["majority"]["accuracy"] + 0.2)
        self.assertLess(figures["forest"]["log_loss"], figures["majority"]["log_loss"])
        with Server("--model", str(self.out)) as server:
            _, answer = server.submit()
            outcome = server.wait_for_outcome(answer["id"])
            self.assertIn(bundle["version"], json.dumps(outcome))

    def test_same_seed_same_model(self):
        """Goal: with any number of threads both files of the model are the same, byte for byte."""
        data = self.data([HEADER, *flights()])
        models = []
        for threads in ("1", "2", "5"):
            done = self.train("--data", data, "--threads", threads, "--seed", "7", "--force")
            self.assertEqual(done.returncode, 0, done.stderr)
            models.append([(self.out / name).read_bytes() for name in ("bundle.json", "forest.bin")])
        self.assertEqual(models[0], models[1])
        self.assertEqual(models[0], models[2])

    def test_every_format_gives_the_same_model(self):
        """Goal: CSV, an archive as the Bureau's and JSON lines in bzip2 are learned from alike."""
        rows = list(flights())
        plain = self.data([HEADER, *rows])
        archive = self.folder / "On_Time_2015_1.zip"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("readme.html", "<p>")
            file.write(plain, "On_Time_2015_1.csv")
        lines = self.folder / "flights.jsonl.bz2"
        with bz2.open(lines, "wt") as file:
            for row in rows:
                fields = dict(zip(HEADER.split(","), row.split(",")))
                fields |= {"ArrDelay": float(fields["ArrDelay"]), "Distance": 1000}
                file.write(json.dumps(fields) + "\n")
        forests = []
        for data in (plain, archive, lines):
            done = self.train("--data", str(data), "--force")
            self.assertEqual(done.returncode, 0, done.stderr)
            forests.append((self.out / "forest.bin").read_bytes())
        self.assertEqual(forests[0], forests[1])
        self.assertEqual(forests[0], forests[2])

    def test_refit(self):
        """Goal: the model of --refit is the one that all days give, its figures are those of the
        first, and report, bundle and server tell both."""
        rows, later = list(flights(days=10)), list(flights(days=11, seed=3))[-200:]
        data, longer = self.data([HEADER, *rows]), self.data([HEADER, *rows, *later], "longer.csv")
        made = {}
        for name, arguments in (
            ("judged", ["--data", data]),
            ("all", ["--data", longer, "--train-until", "2015-01-10"]),
            ("refit", ["--data", data, "--refit"]),
        ):
            done = self.train(*arguments, "--json", "--force")
            self.assertEqual(done.returncode, 0, done.stderr)
            bundle = json.loads((self.out / "bundle.json").read_text())
            made[name] = bundle, (self.out / "forest.bin").read_bytes(), json.loads(done.stdout)
        self.assertEqual(made["refit"][1], made["all"][1])
        self.assertNotEqual(made["refit"][1], made["judged"][1])
        bundle, _, report = made["refit"]
        for key in ("version", "encodings", "gain", "delay_counts", "features"):
            self.assertEqual(bundle[key], made["all"][0][key], key)
        self.assertEqual(bundle["metrics"], made["judged"][0]["metrics"])
        self.assertEqual(report["judgement"], made["judged"][2]["judgement"])
        days = {key: bundle["provenance"][key] for key in (
            "train_first_day", "train_last_day", "train_rows", "validate_first_day",
            "validate_last_day", "validate_rows", "judged_model")}
        judged = {"train_first_day": "2015-01-01", "train_last_day": "2015-01-08", "train_rows": 1600}
        self.assertEqual(days, {
            "train_first_day": "2015-01-01", "train_last_day": "2015-01-10", "train_rows": 2000,
            "validate_first_day": "2015-01-09", "validate_last_day": "2015-01-10",
            "validate_rows": 400, "judged_model": judged})
        self.assertEqual(report["judged_model"], judged)
        self.assertTrue(bundle["provenance"]["command"].endswith("--refit"))
        self.assertNotIn("judged_model", made["judged"][0]["provenance"])
        with Server("--model", str(self.out)) as server:
            card = json.loads(server.get("/api/v1/model")[2])
        self.assertEqual(card["trained_on"]["rows"], 2000)
        self.assertEqual(
            card["metrics_are_of_a_model_trained_on"],
            {"first_day": "2015-01-01", "last_day": "2015-01-08", "rows": 1600})
        done = subprocess.run([PROGRAM, "evaluate", "--model", str(self.out), "--data", data],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("no flight is left to judge on", done.stderr)

    def test_learning_from_everything_names_refit(self):
        """Goal: when no day is left to judge on, the way to learn from all days is named."""
        data = self.data([HEADER, *flights()])
        self.fails(1, "--refit", "--data", data, "--train-until", "2015-01-10")

    def test_ctrl_c_leaves_nothing(self):
        """Goal: interrupted while trees grow, it says so and leaves no folder."""
        command = [PROGRAM, "train", "--out", str(self.out), "--trees", "10000", "--min-leaf", "1",
                   "--data", self.data([HEADER, *flights(each=2000)])]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            for line in process.stderr:
                if "growing trees" in line:
                    break
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()
        self.assertEqual(process.returncode, 1)
        self.assertIn("interrupted; no model was written", rest)
        self.assertFalse(self.out.exists())

    def fails(self, code, text, *arguments):
        done = self.train(*arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(text, done.stderr)
        self.assertFalse(self.out.exists(), "a failed training leaves no folder")

    def test_bad_data(self):
        """Goal: what is wrong with the data is named, and no folder stays behind."""
        rows = list(flights())
        self.fails(1, "nowhere.csv", "--data", "nowhere.csv")
        self.fails(1, "ArrDelay", "--data", self.data([HEADER.replace("ArrDelay", "Arr"), *rows]))
        self.fails(1, "flights.csv", "--data", self.data([]))
        bad = [row.replace("2015-01-0", "2015-01-x") for row in rows]
        self.fails(1, "flights.csv", "--data", self.data([HEADER, *bad]), "--bad-rows-max", "10")
        whole = pathlib.Path(self.data([HEADER, *rows], "cut.csv.gz"))
        whole.write_bytes(whole.read_bytes()[:-2000])
        self.fails(1, "cut.csv.gz", "--data", str(whole))
        archive = self.folder / "two.zip"
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("jan.csv", HEADER)
            file.writestr("feb.csv", HEADER)
        self.fails(1, "two.zip holds several data files", "--data", str(archive))
        late = [row.rsplit(",", 4)[0] + ",60,1000,0.00,0.00" for row in rows]
        self.fails(1, "are of class 3", "--data", self.data([HEADER, *late]))
        good = self.data([HEADER, *rows])
        self.fails(1, "CRSDepMinute", "--data", good, "--features", "DepDelay,CRSDepMinute")
        for flag, value in (("--trees", "1000000"), ("--depth", "0"), ("--min-leaf", "-5"),
                            ("--features", "Weather"), ("--bins", "1")):
            self.fails(2, value, "--data", good, flag, value)
        self.fails(2, "--train-until", "--data", str(whole), "--train-until", "yesterday")

    def test_disk_full(self):
        """Goal: a model that cannot be written is said and leaves nothing; an older one stays as it
        was. (A bound on the size of files stands for the full disk.)"""
        data = self.data([HEADER, *flights()])

        def train(bytes_max):
            return subprocess.run(
                [PROGRAM, "train", "--out", str(self.out), "--trees", "10", "--min-leaf", "20",
                 "--data", data, "--force"],
                capture_output=True, text=True, timeout=300, check=False,
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max,) * 2),
                restore_signals=False,  # so that SIGXFSZ stays ignored and write() fails
            )

        full = train(2_000)
        self.assertEqual(full.returncode, 1, full.stderr)
        self.assertIn("disk full?", full.stderr)
        self.assertFalse(self.out.exists())
        self.assertEqual(self.train("--data", data).returncode, 0)
        before = {path.name: path.read_bytes() for path in self.out.iterdir()}
        self.assertEqual(train(2_000).returncode, 1)
        self.assertEqual({path.name: path.read_bytes() for path in self.out.iterdir()}, before)

    def test_keeps_what_is_there(self):
        """Goal: a folder that has files is not written to without --force."""
        self.out.mkdir()
        (self.out / "note.txt").write_text("mine")
        done = self.train("--data", self.data([HEADER, *flights()]))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("--force", done.stderr)
        self.assertEqual(os.listdir(self.out), ["note.txt"])


if __name__ == "__main__":
    unittest.main()
