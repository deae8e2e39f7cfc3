# SPDX-License-Identifier: Apache-2.0
"""The whole circle of docs/models.md: challengers are judged beside the champion, harm takes itself
back, a better one is promoted."""

import csv
import datetime
import io
import itertools
import json
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

from server import PROGRAM, Server, wait_until
from test_model_swap import training_rows

FLIGHTS_PER_HOUR = 60
BEGIN = datetime.datetime(2016, 12, 5)


def turned(rows):
    """The same flights with the opposite delays: what learns from them is wrong about flights."""
    text = io.StringIO()
    reader = csv.DictReader(io.StringIO(rows))
    writer = csv.DictWriter(text, reader.fieldnames)
    writer.writeheader()
    for row in reader:
        writer.writerow({**row, "ArrDelay": str(75 - int(row["ArrDelay"]))})
    return text.getvalue()


class Experiments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory(prefix="flightcast-experiments-")
        cls.addClassCleanup(cls.room.cleanup)
        cls.folder = pathlib.Path(cls.room.name)
        rows = training_rows()
        (cls.folder / "right.csv").write_text(rows)
        (cls.folder / "wrong.csv").write_text(turned(rows))
        for name, data in (("good", "right"), ("bad", "wrong"), ("worse", "wrong"), ("third", "wrong")):
            subprocess.run(
                [PROGRAM, "train", "--data", cls.folder / f"{data}.csv", "--out", cls.folder / name, "--name", name,
                 "--trees", "7", "--depth", "6", "--min-leaf", "10"],
                check=True, capture_output=True,
            )

    def setUp(self):
        self.hour = 0
        self.chance = random.Random(5)

    def run_program(self, *arguments):
        ran = subprocess.run(
            [PROGRAM, *map(str, arguments), "--data-dir", self.server.data_dir], capture_output=True, text=True
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        return ran.stdout

    def get(self, path):
        status, _, body = self.server.get(path)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def post(self, path, value, headers):
        status, _, body = self.server.request("POST", path, json.dumps(value), headers)
        self.assertIn(status, (200, 202), body)
        return json.loads(body)

    def play(self, hours):
        """Flights are asked about and land, hour after hour; the models that answered."""
        models = []
        for _ in range(hours):
            begin = BEGIN + datetime.timedelta(hours=self.hour)
            self.hour += 1
            flights, reports = [], []
            for number in range(FLIGHTS_PER_HOUR):
                carrier, dest = self.chance.choice(("AA", "UA")), self.chance.choice(("SFO", "JFK"))
                delay = self.chance.randrange(-15, 90)
                named = {"FlightDate": begin.strftime("%Y-%m-%d"), "Carrier": carrier, "Origin": "ATL", "Dest": dest,
                         "FlightNum": f"{self.hour}{number:03}"}
                flights.append({**named, "DepDelay": delay, "RequestedAt": begin.isoformat() + "Z"})
                late = delay + self.chance.randrange(-30, 30) + (10 if carrier == "UA" else 0)
                landed = (begin + datetime.timedelta(minutes=30)).isoformat() + "Z"
                reports.append({**named, "ArrDelay": late, "ArrivedAt": landed, "ReportedAt": landed})
            outcomes = self.post(
                "/api/v1/predictions?wait=10s", flights, {"Content-Type": "application/json"}
            )
            models += [outcome["prediction"]["Model"].split("@")[0] for outcome in outcomes]
            self.post("/api/v1/arrivals", reports, self.server.admin_headers())
        return models

    def play_until(self, what, is_so):
        """Plays on until that is so; a bound, not an expectation."""
        for _ in range(40):
            self.play(1)
            if answer := is_so():
                return answer
        self.fail(f"not within 40 hours of flights: {what}\n{json.dumps(self.get('/api/v1/experiments'))}")

    def champion(self):
        return (self.get("/api/v1/models")["champion"] or "the model inside").split("@")[0]

    def in_use(self):
        return self.get("/api/v1/models")["in_use"].split("@")[0]

    def decisions(self):
        records = [entry["record"] for entry in self.get("/api/v1/models")["history"]]
        return [record for record in records if record["Kind"] == "experiment_decided"]

    def test_the_whole_circle(self):
        """Goal: harmful challengers are found, in the shadow and as an arm, and end by themselves; a
        harmful champion is rolled back once, with its numbers, which the log says, too; a better challenger is promoted."""
        with Server("--accept-event-time") as server:
            self.server = server
            for name in ("good", "bad", "worse", "third"):
                self.run_program("models", "add", self.folder / name)
            self.run_program("models", "promote", "good")
            wait_until("good answers", lambda: self.in_use() == "good")

            self.run_program("experiment", "start", "spring", "--arm", "bad", "--arm", "worse=0.25")
            self.assertEqual(self.get("/api/v1/experiments")["running"], "spring")
            models = self.play(4)
            share = models.count("worse") / len(models)
            self.assertTrue(0.1 < share < 0.4, f"{share} of the requests are answered by the arm")
            self.assertEqual(set(models), {"good", "worse"}, "a shadow answers no client")
            pairs = {pair["challenger"].split("@")[0]: pair for pair in self.get("/api/v1/experiments")["pairs"]}
            self.assertNotIn("split", pairs["bad"], "a shadow has no share")
            self.assertEqual([d for d in self.decisions() if d["Experiment"]], [], "four hours decide nothing")
            self.play_until("both are found", lambda: not self.get("/api/v1/experiments")["running"])
            found = {d["Model"].split("@")[0]: d["Decision"] for d in self.decisions() if d["Experiment"]}
            self.assertEqual(found, {"bad": "harm", "worse": "harm"})
            wait_until("the arm answers no more", lambda: set(self.play(1)) == {"good"})

            self.run_program("models", "promote", "third", "--reason", "by mistake")
            wait_until("third answers", lambda: self.in_use() == "third")
            status = self.run_program("experiment", "status")
            self.assertIn("(fresh champion)", status)
            self.play_until("it is rolled back", lambda: self.champion() == "good")
            wait_until("good answers again", lambda: self.in_use() == "good")
            server.wait_for_line("a decision about models: another one comes into use")
            self.play(3)
            back = [d for d in self.decisions() if d["Model"].startswith("third@")]
            self.assertEqual(len(back), 1, "once")
            self.assertEqual((back[0]["Decision"], back[0]["Author"]), ("harm", "decider"))
            self.assertGreater(back[0]["Numbers"]["lower"], 0)
            self.assertIn("third", self.run_program("models", "history"))

            self.run_program("models", "promote", "--bundled")
            self.run_program("experiment", "start", "summer", "--arm", "good", "--auto-promote")
            self.play_until("the better one is promoted", lambda: self.champion() == "good")
            self.assertEqual(server.stop(), 0)
            server.start()
            self.assertEqual(self.in_use(), "good", "and stays so")

    def write_days(self, name, first, days):
        """Flights of some days of December 2016, 20 an hour, which end about as late as they left."""
        path = self.folder / name
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow("FlightDate Reporting_Airline Flight_Number_Reporting_Airline Origin Dest CRSDepTime DepDelay "
                            "ArrDelay Distance".split())
            for day, hour, number in itertools.product(range(first, first + days), range(24), range(20)):
                carrier, dest = self.chance.choice(("AA", "UA")), self.chance.choice(("SFO", "JFK"))
                delay = self.chance.randrange(-15, 90)
                late = delay + self.chance.randrange(-30, 30) + (10 if carrier == "UA" else 0)
                writer.writerow([f"2016-12-{day:02}", carrier, 100 * hour + number, "ATL", dest,
                                 f"{hour:02}{3 * number:02}", delay, late, 2139 if dest == "SFO" else 760])
        return path

    def replay(self, name, first, days):
        """As docs/models.md has it: flights are asked about, answered and reported, in their order."""
        token = pathlib.Path(self.server.data_dir, "admin-token").read_text().strip()
        ran = subprocess.run(
            [PROGRAM, "replay", "--data", self.write_days(name, first, days), "--speed", "max", "--url",
             f"http://127.0.0.1:{self.server.port}", "--json"],
            capture_output=True, text=True, timeout=300,
            env={**os.environ, "FLIGHTCAST_ADMIN_TOKEN": token},
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def test_from_the_log_to_the_champion_and_back(self):
        """Goal: the walk of docs/models.md. Flights are replayed, a challenger learns from the log, is better in the
        shadow and is promoted; a mistake that is promoted after it takes itself back."""
        with Server("--accept-event-time") as server:
            self.server = server
            self.run_program("models", "add", self.folder / "third")
            self.replay("first.csv", first=1, days=4)
            learned = self.folder / "learned"
            self.run_program("train", "--from-log", "--out", learned, "--name", "learned", "--trees", 7, "--depth", 6,
                             "--min-leaf", 10)
            self.run_program("models", "add", learned, "--reason", "learned from the log")
            self.run_program("experiment", "start", "spring", "--arm", "learned")
            self.replay("second.csv", first=5, days=5)
            found = wait_until("it is found better", lambda: [d for d in self.decisions() if d["Experiment"]])
            self.assertEqual([(d["Model"].split("@")[0], d["Decision"]) for d in found], [("learned", "better")])
            self.assertEqual(self.champion(), "the model inside", "better is offered")
            self.run_program("models", "promote", "learned", "--reason", "better in spring")
            wait_until("learned answers", lambda: self.in_use() == "learned")
            self.replay("third.csv", first=10, days=1)
            self.run_program("models", "promote", "third", "--reason", "by mistake")
            wait_until("third answers", lambda: self.in_use() == "third")
            self.replay("fourth.csv", first=11, days=5)
            wait_until("it is rolled back", lambda: self.champion() == "learned")
            wait_until("learned answers again", lambda: self.in_use() == "learned")
            back = [d for d in self.decisions() if d["Model"].startswith("third@")]
            self.assertEqual([d["Decision"] for d in back], ["harm"])
            history = self.run_program("models", "history")
            for words in ("learned from the log", "better in spring", "by mistake"):
                self.assertIn(words, history)

    def test_bad_input(self):
        """Goal: experiments that cannot be are refused with what to do."""
        with Server() as server:
            self.server = server
            self.run_program("models", "add", self.folder / "good")
            cases = [
                (["unknown"], "models list", 1),
                (["good=0.7", "good=0.2"], "named twice", 2),
                (["good=1.5"], "not in 0 to 1", 2),
                (["good=many"], "MODEL=WEIGHT", 2),
            ]
            for arms, words, status in cases:
                ran = subprocess.run(
                    [PROGRAM, "experiment", "start", "e", *(f"--arm={arm}" for arm in arms), "--data-dir",
                     server.data_dir],
                    capture_output=True, text=True,
                )
                self.assertEqual(ran.returncode, status, ran.stderr)
                self.assertIn(words, ran.stderr)
            self.assertEqual(self.get("/api/v1/experiments"), {"running": None, "pairs": []})


if __name__ == "__main__":
    unittest.main()
