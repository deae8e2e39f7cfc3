# SPDX-License-Identifier: Apache-2.0
"""`flightcast train --from-log`: predictions and their arrivals as training data, as if from files."""

import csv
import gzip
import json
import pathlib
import subprocess
import tempfile
import unittest

from server import PROGRAM, ROOT, Server

FLIGHTS = ROOT / "tests/end_to_end/testdata/flights_2008_01.csv.gz"
ONLINE = "DepDelay,Distance,Carrier,ExpectedMinutesLost,ElapsedOverSchedule,OriginDepDelay1h,DestMinutesLost2h"
FOREST = ("--trees", "10", "--min-leaf", "20", "--depth", "8")


def run(*arguments, code=0):
    command = [PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def key_of(row, carrier="Carrier", number="FlightNum"):
    return row["FlightDate"], row[carrier], row[number].lstrip("0"), row["Origin"], row["Dest"]


class Learning(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-learning-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.log = cls.folder / "log"
        run("replay", "--data", FLIGHTS, "--speed", "max", "--departures", "--data-dir", cls.log)
        with gzip.open(FLIGHTS, "rt", newline="") as file:
            rows = list(csv.DictReader(file))
        cls.days = sorted({row["FlightDate"] for row in rows})
        tail = run("topics", "tail", "--topic", "flight-delay-ml-response", "--from-beginning", "--no-follow", "--raw",
                   "--data-dir", cls.log)
        order = {key_of(json.loads(line)): place for place, line in enumerate(tail.stdout.splitlines())}
        # A forest draws rows by their place: here they stand in the order in which they left.
        cls.rows = sorted(rows, key=lambda row: order.get(cls.name_of(row), len(order)))
        cls.file = cls.write("flights.csv", cls.rows)

    @staticmethod
    def name_of(row):
        return key_of(row, "Reporting_Airline", "Flight_Number_Reporting_Airline")

    @classmethod
    def write(cls, name, rows):
        path = cls.folder / name
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, cls.rows[0])
            writer.writeheader()
            writer.writerows(rows)
        return path

    def train(self, name, *flags):
        out = self.folder / name
        done = run("train", *flags, *FOREST, "--out", out, "--json")
        return out, json.loads(done.stdout)

    def assert_same_model(self, one, other):
        files = sorted(path.name for path in one.iterdir())
        self.assertEqual(files, sorted(path.name for path in other.iterdir()))
        for name in files:
            if name != "bundle.json":
                self.assertEqual((one / name).read_bytes(), (other / name).read_bytes(), name)
        bundles = [json.loads((folder / "bundle.json").read_text()) for folder in (one, other)]
        for bundle in bundles:
            del bundle["provenance"]["command"]
            del bundle["provenance"]["files"]
        self.assertEqual(*bundles)

    def test_same_bytes_as_from_files(self):
        """Goal: what is learned from the log of a replay is, bit for bit, what is learned from the file that was
        played: static features, and online ones with their state."""
        file, told = self.train("static-file", "--data", self.file)
        log, logged = self.train("static-log", "--from-log", "--data-dir", self.log)
        self.assertEqual(logged["train_rows"], told["train_rows"])
        self.assertEqual(logged["files"][0]["kept"], sum(row["ArrDelay"] != "" for row in self.rows))
        self.assert_same_model(file, log)
        command = json.loads((log / "bundle.json").read_text())["provenance"]["command"]
        self.assertIn("flightcast train --from-log --name", command)
        file, _ = self.train("online-file", "--data", FLIGHTS, "--features", ONLINE)
        log, _ = self.train("online-log", "--from-log", "--data-dir", self.log, "--features", ONLINE)
        self.assertTrue((log / "online.bin").stat().st_size > 1_000)
        self.assert_same_model(file, log)

    def test_a_period_has_what_came_before_as_history(self):
        """Goal: flights before --from are the history of the online features, as --history is; a day is no other."""
        middle = self.days[len(self.days) // 2]
        early = self.write("early.csv", [row for row in self.rows if row["FlightDate"] < middle])
        late = self.write("late.csv", [row for row in self.rows if row["FlightDate"] >= middle])
        file, told = self.train("late-file", "--data", late, "--history", early, "--features", ONLINE)
        log, logged = self.train("late-log", "--from-log", "--data-dir", self.log, "--from", middle, "--features",
                                 ONLINE)
        self.assertEqual(logged["train_rows"], told["train_rows"])
        self.assert_same_model(file, log)
        refused = run("train", "--from-log", "--data-dir", self.log, "--from", "2009-01-01", "--out",
                      self.folder / "no", code=1)
        self.assertIn("0 predictions of the period", refused.stderr)

    def test_beside_a_server(self):
        """Goal: the log of a running server can be learned from; an arrival that is corrected counts as corrected."""
        with Server("--accept-event-time", data_dir=str(self.folder / "served")) as server:
            headers = server.admin_headers()
            flights = [
                {"FlightDate": f"2016-12-{5 + number % 4:02}", "Carrier": "AA", "Origin": "ATL", "Dest": "SFO",
                 "FlightNum": str(number), "DepDelay": number % 60, "RequestedAt": f"2016-12-{5 + number % 4:02}T10:00:00Z"}
                for number in range(400)
            ]
            status, _, body = server.request("POST", "/api/v1/predictions?wait=10s", json.dumps(flights),
                                             {"Content-Type": "application/json"})
            self.assertEqual(status, 200, body)
            for shift, hour in ((60, 14), (0, 15)):
                reports = [
                    {**{name: flight[name] for name in ("FlightDate", "Carrier", "Origin", "Dest", "FlightNum")},
                     "ArrDelay": flight["DepDelay"] - 15 + shift, "ArrivedAt": flight["RequestedAt"].replace("10:", "13:"),
                     "ReportedAt": flight["RequestedAt"].replace("10:", f"{hour}:")}
                    for flight in flights
                ]
                status, _, body = server.request("POST", "/api/v1/arrivals", json.dumps(reports), headers)
                self.assertEqual(status, 202, body)
            corrected, told = self.train("corrected", "--from-log", "--data-dir", server.data_dir)
        self.assertEqual(told["train_rows"] + told["validate_rows"], 400)
        rows = [{"FlightDate": flight["FlightDate"], "Carrier": "AA", "Origin": "ATL", "Dest": "SFO",
                 "DepDelay": flight["DepDelay"], "ArrDelay": flight["DepDelay"] - 15, "Distance": 2139}
                for flight in flights]
        counts = json.loads((corrected / "bundle.json").read_text())["delay_counts"]["flights_by_class"]
        late = sum(counts[3::4])
        learned = [row for row in rows if row["FlightDate"] <= told_last_day(corrected)]
        self.assertEqual(late, sum(row["ArrDelay"] >= 30 for row in learned))

    def test_refusals(self):
        """Goal: wrong usage names the way out."""
        out = ("--out", self.folder / "refused")
        for flags, words, code in (
            ((), "--data FILE... or by --from-log", 2),
            (("--data", self.file, "--from-log"), "--data FILE... or by --from-log", 2),
            (("--data", self.file, "--from", "2008-01-01"), "--from and --to go with --from-log", 2),
            (("--from-log", "--history", self.file, "--data-dir", self.log), "--history and --columns are of files", 2),
            (("--from-log", "--from", "soon", "--data-dir", self.log), "--from", 2),
            (("--from-log", "--from", "2008-02-01", "--to", "2008-01-01", "--data-dir", self.log), "later than --to", 2),
            (("--from-log", "--data-dir", self.folder / "nothing"), "there is no event log in", 1),
        ):
            refused = run("train", *flags, *out, code=code)
            self.assertIn(words, refused.stderr)
            self.assertFalse((self.folder / "refused").exists())


def told_last_day(folder):
    return json.loads((folder / "bundle.json").read_text())["provenance"]["train_last_day"]


if __name__ == "__main__":
    unittest.main()
