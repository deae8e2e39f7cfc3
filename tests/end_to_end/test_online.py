# SPDX-License-Identifier: Apache-2.0
"""Online features: learned from files, and the same offline, in a replay and on a server, bit for bit."""

import csv
import gzip
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from online_values import NAMES, missing, values_of_responses, values_of_rows
from server import PROGRAM, ROOT

# Another file of flights, for more of them: the first half of its days is learned from.
FLIGHTS = pathlib.Path(os.environ.get("FLIGHTCAST_TEST_ONLINE_FLIGHTS",
                                      ROOT / "tests/end_to_end/testdata/flights_2008_01.csv.gz"))
FEATURES = (
    "DepDelay,Distance,Carrier,ExpectedMinutesLost,ExpectedMinutesLostError,ElapsedOverSchedule,OriginDepDelay1h,"
    "DestMinutesLost2h,FlightMinutesLost21d,ExpectedArrDelay,DepDelayAndRoute,SystemLandings4h"
)
FIGURES = ("accuracy", "log_loss", "macro_f1", "recall_class_0", "calibration_error")


def run(*arguments, code=0):
    command = [PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def key_of(row):
    return tuple(str(row[name]).lstrip("0") for name in ("FlightDate", "Carrier", "FlightNum", "Origin", "Dest"))


class Online(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-online-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        with gzip.open(FLIGHTS, "rt", newline="") as file:
            rows = list(csv.DictReader(file))
        days = sorted({row["FlightDate"] for row in rows})
        cls.learned_until = days[len(days) // 2]
        cls.early = cls.write("early.csv", rows, lambda day: day <= cls.learned_until)
        cls.late = cls.write("late.csv", rows, lambda day: day > cls.learned_until)
        # Flights that the model learned from land after its state was taken: without their reports less is known of the
        # first later days than rows of the whole file know.
        cls.judged_from = days[len(days) // 2 + 1]
        cls.landing = cls.write("landing.csv", rows, lambda day: day >= days[len(days) // 2 - 1])
        cls.model = cls.folder / "model"
        run("train", "--data", FLIGHTS, "--train-until", cls.learned_until, "--features", FEATURES, "--trees", 10,
            "--min-leaf", 20, "--out", cls.model)

    @classmethod
    def write(cls, name, rows, is_wanted):
        path = cls.folder / name
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(row for row in rows if is_wanted(row["FlightDate"]))
        return path

    def evaluate(self, *flags):
        done = run("evaluate", "--model", self.model, "--data", self.late, "--json", *flags)
        return json.loads(done.stdout)["contestants"][0]

    def replay(self, name, data, *flags):
        """What a replay prints, and the records of its responses."""
        folder = self.folder / name
        done = run("replay", "--data", data, "--speed", "max", "--json", "--departures", "--model", self.model,
                   "--data-dir", folder, *flags)
        tail = run("topics", "tail", "--topic", "flight-delay-ml-response", "--from-beginning", "--no-follow", "--raw",
                   "--data-dir", folder)
        return json.loads(done.stdout.splitlines()[-1]), tail.stdout.splitlines()

    def predicted(self, data):
        """By flight, the probabilities that `predict` has."""
        lines = run("predict", "--model", self.model, "--data", data, "--format", "jsonl").stdout.splitlines()
        predicted = {}
        for line in lines:
            row = json.loads(line)
            predicted.setdefault(key_of(row), []).append(row["Probabilities"])
        return predicted

    def test_replayed_as_predicted_bit_for_bit(self):
        """Goal: a replay through the real stages answers every flight with the probabilities that `predict` has, to the
        last bit, and has the figures of `evaluate`; its responses carry the online values and name a later arrival
        each."""
        replayed, responses = self.replay("replayed", self.late)
        judged = self.evaluate()
        for figure in FIGURES:
            self.assertEqual(replayed[figure], judged[figure], figure)
        predicted = self.predicted(self.late)
        compared = 0
        offsets = []
        for line in responses:
            response = json.loads(line)
            self.assertIn(response["Probabilities"], predicted[key_of(response)])
            online = response["Online"]
            self.assertEqual(len(online["Values"]), len(NAMES))
            self.assertLess(online["Low"], online["ExpectedArrDelay"])
            offsets.append(online.get("ArrivalOffset", -1))
            compared += 1
        self.assertEqual(compared, replayed["flights"])
        self.assertEqual(offsets, sorted(offsets))
        self.assertGreater(len(set(offsets)), 50)

    def test_served_values_are_those_of_rows(self):
        """Goal: once the flights that the model learned from have landed, too, responses carry the values that
        `features` writes of the same flights, bit for bit; probabilities are those of `predict`, and figures those of
        `evaluate` with that history."""
        replayed, responses = self.replay("landing", self.landing, "--judge-from", self.judged_from)
        judged = self.evaluate("--history", self.early)
        for figure in FIGURES:
            self.assertEqual(replayed[figure], judged[figure], figure)
        predicted = self.predicted(self.landing)
        for line in responses:
            response = json.loads(line)
            self.assertIn(response["Probabilities"], predicted[key_of(response)])
        self.assertEqual(len(responses), replayed["flights"])
        rows = values_of_rows(FLIGHTS, self.learned_until, self.folder / "served.csv")
        self.assertEqual(sum(sum(values.values()) for values in rows.values()), replayed["judged"])
        self.assertEqual(missing(rows, values_of_responses(responses)), [])

    def test_history_is_what_the_model_knew(self):
        """Goal: flights that the model learned from, given as history, add what landed after its state and change no
        answer otherwise; without reports of the day the answers are others."""
        whole = self.evaluate("--history", self.early)
        alone = self.evaluate()
        self.assertAlmostEqual(whole["log_loss"], alone["log_loss"], delta=0.02)
        trained = json.loads((self.model / "bundle.json").read_text())["metrics"][0]["figures"]
        self.assertEqual(whole["log_loss"], trained["log_loss"])

    def test_rows_are_those_of_train(self):
        """Goal: `features` writes one row for each flight that landed, with the columns asked for, and the same numbers
        as JSON; flights before the first report know of none."""
        out = self.folder / "rows.csv"
        flags = ("--data", FLIGHTS, "--train-until", self.learned_until, "--features", FEATURES)
        run("features", *flags, "--out", out)
        with out.open(newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0])[5:-2], [name if name != "Carrier" else "CarrierCategory"
                                               for name in FEATURES.split(",")])
        self.assertEqual(float(rows[0]["SystemLandings4h"]), 0)
        self.assertEqual({row["Part"] for row in rows}, {"learn", "judge"})
        text = run("features", *flags, "--out", "-", "--format", "jsonl").stdout
        for row, line in zip(rows, text.splitlines(), strict=True):
            for name, value in json.loads(line).items():
                self.assertEqual(str(row[name]), value if isinstance(value, str) else row[name])
                if not isinstance(value, str):
                    self.assertEqual(float(row[name]), value)

    def test_older_flights_may_weigh_less(self):
        """Goal: a half-life changes the model and stands in its command; `auto` chooses the same one each time; another
        text is refused with the accepted ones."""
        versions = {}
        for name, days in (("none", "0"), ("five", "5"), ("auto", "auto"), ("again", "auto")):
            out = self.folder / name
            run("train", "--data", FLIGHTS, "--features", "DepDelay,Distance", "--trees", 5, "--min-leaf", 20,
                "--half-life", days, "--out", out)
            bundle = json.loads((out / "bundle.json").read_text())
            versions[name] = bundle["version"]
            if name == "five":
                self.assertIn("--half-life 5 ", bundle["provenance"]["command"] + " ")
        self.assertNotEqual(versions["none"], versions["five"])
        self.assertEqual(versions["auto"], versions["again"])
        refused = run("train", "--data", FLIGHTS, "--half-life", "soon", "--out", self.folder / "no", code=2)
        self.assertIn("'soon' must be a number of days", refused.stderr)

    def test_a_bundle_without_its_state_is_refused(self):
        """Goal: the third file of a bundle is part of it: without it, or with another, the model does not load."""
        copy = self.folder / "copy"
        copy.mkdir()
        for name in ("bundle.json", "forest.bin"):
            (copy / name).write_bytes((self.model / name).read_bytes())
        self.assertIn("online.bin", run("evaluate", "--model", copy, "--data", self.late, code=1).stderr)
        state = bytearray((self.model / "online.bin").read_bytes())
        state[-1] ^= 1
        (copy / "online.bin").write_bytes(state)
        self.assertIn("online.bin", run("evaluate", "--model", copy, "--data", self.late, code=1).stderr)


if __name__ == "__main__":
    unittest.main()
