# SPDX-License-Identifier: Apache-2.0
"""`flightcast replay` and `flightcast arrivals import` on real flights: into a data folder and to a server."""

import csv
import gzip
import json
import os
import pathlib
import random
import signal
import subprocess
import tempfile
import unittest

from server import PROGRAM, ROOT, Server, wait_until

FLIGHTS = ROOT / "tests/end_to_end/testdata/flights_2008_01.csv.gz"
FIGURES = ("accuracy", "log_loss", "macro_f1", "recall_class_0", "calibration_error")
DIGEST_OF = ("digest", "flights", "reports", "arrivals", "judged", *FIGURES)


def read_flights():
    with gzip.open(FLIGHTS, "rt", newline="") as file:
        return list(csv.DictReader(file))


class Replay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="flightcast-replay-")
        cls.path = pathlib.Path(cls.folder.name)
        cls.first = cls.replay("--data-dir", str(cls.path / "first"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def command(cls, *flags):
        return [PROGRAM, "replay", "--data", str(FLIGHTS), "--speed", "max", "--json", *flags]

    @classmethod
    def replay(cls, *flags, data=FLIGHTS, code=0):
        command = [PROGRAM, "replay", "--data", str(data), "--speed", "max", "--json", *flags]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1]) if code == 0 else done.stderr

    def test_figures_are_those_of_evaluate(self):
        """Goal: the flights of the file are counted exactly, and judged to the last digit as `evaluate` does."""
        rows = read_flights()
        cancelled = sum(row["Cancelled"] in ("1", "1.00") for row in rows)
        landed = sum(row["ArrDelay"] != "" for row in rows)
        self.assertEqual(self.first["flights"], len(rows) - cancelled)
        self.assertEqual(self.first["reports"], len(rows))
        self.assertEqual(self.first["arrivals"], landed)
        self.assertEqual(self.first["judged"], landed)
        done = subprocess.run(
            [PROGRAM, "evaluate", "--data", str(FLIGHTS), "--all-days", "--json"],
            capture_output=True, text=True, timeout=120, check=True,
        )
        model = json.loads(done.stdout)["contestants"][0]
        for figure in FIGURES:
            self.assertEqual(self.first[figure], model[figure], figure)

    def test_figures_of_old_flights(self):
        """Goal: figures of a folder with flights of 2008 end with its newest report, not today."""
        done = subprocess.run(
            [PROGRAM, "performance", "--data-dir", str(self.path / "first"), "--window", "30d", "--json"],
            capture_output=True, text=True, timeout=120, check=True,
        )
        told = json.loads(done.stdout)
        self.assertEqual(told["judged"], self.first["judged"])
        self.assertEqual(told["figures"]["log_loss"], self.first["log_loss"])
        self.assertTrue(told["to"].startswith("2008-"), told["to"])

    def test_same_again_whatever_the_order_of_rows(self):
        """Goal: another folder and another order of the rows give the same digest; another lag, too, since the
        model does not look at arrivals."""
        rows = read_flights()
        random.Random(7).shuffle(rows)
        shuffled = self.path / "shuffled.csv"
        with shuffled.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
        again = self.replay("--data-dir", str(self.path / "again"), "--report-lag", "30m", data=shuffled)
        self.assertEqual({name: again[name] for name in DIGEST_OF}, {name: self.first[name] for name in DIGEST_OF})

    def test_departures_and_days(self):
        """Goal: departures are reports, too, and days before --judge-from are played and not judged."""
        day = sorted({row["FlightDate"] for row in read_flights()})[-1]
        later = self.replay("--data-dir", str(self.path / "later"), "--departures", "--judge-from", day)
        self.assertEqual(later["reports"], self.first["reports"] + self.first["flights"])
        expected = sum(row["FlightDate"] == day and row["ArrDelay"] != "" for row in read_flights())
        self.assertEqual(later["judged"], expected)

    def test_killed_and_interrupted(self):
        """Goal: a replay that is killed or interrupted at any moment goes on to the same end."""
        folder = str(self.path / "killed")
        for place in range(6):
            process = subprocess.Popen(
                self.command("--data-dir", folder), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            position = pathlib.Path(folder)
            wait_until(
                "a step is done",
                lambda: process.poll() is not None
                or sum(file.stat().st_size for file in position.glob("replay-*.position")) > 2_000 * (place + 1),
            )
            process.send_signal(signal.SIGKILL if place % 2 == 0 else signal.SIGINT)
            process.communicate(timeout=60)
        ended = self.replay("--data-dir", folder)
        self.assertEqual({name: ended[name] for name in DIGEST_OF}, {name: self.first[name] for name in DIGEST_OF})
        self.assertEqual(list(pathlib.Path(folder).glob("*.position")), [])

    def test_to_a_server_that_is_killed(self):
        """Goal: over HTTP the outcome is the same, also when the server is killed three times meanwhile. Distances are
        the server's there, so predictions may differ; the flights are the same."""
        with Server("--accept-event-time") as server:
            token = pathlib.Path(server.data_dir, "admin-token").read_text(encoding="utf-8").strip()
            process = subprocess.Popen(
                self.command("--url", f"http://127.0.0.1:{server.port}", "--position", str(self.path / "http")),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env={**os.environ, "FLIGHTCAST_ADMIN_TOKEN": token},
            )
            position = self.path / "http"
            for size in (20_000, 40_000, 60_000):
                wait_until(
                    "the replay is so far",
                    lambda: process.poll() is not None or position.exists() and position.stat().st_size > size,
                )
                server.kill()
                server.start()
            output, errors = process.communicate(timeout=300)
            self.assertEqual(process.returncode, 0, errors)
            ended = json.loads(output.splitlines()[-1])
        for name in ("flights", "reports", "arrivals"):
            self.assertEqual(ended[name], self.first[name], name)

    def test_refusals(self):
        """Goal: wrong usage is told with the way out."""
        fast = subprocess.run(
            [PROGRAM, "replay", "--data", str(FLIGHTS), "--speed", "fast"],
            capture_output=True, text=True, timeout=60, check=False,
        )
        self.assertEqual(fast.returncode, 2)
        self.assertIn("--speed 'fast' must be", fast.stderr)
        for flags, said in (
            (("--report-lag", "soon"), "--report-lag"),
            (("--judge-from", "2008"), "--judge-from"),
            (("--url", "http://127.0.0.1:1", "--kafka", "k:9092"), "--url and --kafka"),
            (("--url", "http://127.0.0.1:1", "--model", "m"), "--model"),
            (("--url", "https://127.0.0.1:1"), "http://"),
        ):
            with self.subTest(flags):
                self.assertIn(said, self.replay(*flags, code=2))

    def test_arrivals_import(self):
        """Goal: the arrivals of a file stand on the topic once for each flight, with and without a server; the server
        refuses times of events unless it takes them, and says so."""
        rows = read_flights()
        folder = str(self.path / "imported")
        done = self.import_arrivals("--data-dir", folder, "--report-lag", "0s")
        self.assertEqual(json.loads(done.stdout)["reports"], len(rows))
        tail = subprocess.run(
            [PROGRAM, "topics", "tail", "--topic", "flight-delay-ml-arrival", "--from-beginning", "--no-follow", "--raw",
             "--data-dir", folder],
            capture_output=True, text=True, timeout=60, check=True,
        )
        reports = [json.loads(line) for line in tail.stdout.splitlines()]
        self.assertEqual(len(reports), len(rows))
        self.assertEqual(reports, sorted(reports, key=lambda report: report["ReportedAt"]))
        landed = {(r["FlightDate"], r["Carrier"], r["FlightNum"], r["Origin"], r["CRSDepTime"]): r["ArrDelay"]
                  for r in reports if "ArrDelay" in r}
        for row in rows:
            if row["ArrDelay"] == "":
                continue
            key = (row["FlightDate"], row["Reporting_Airline"], row["Flight_Number_Reporting_Airline"], row["Origin"],
                   int(row["CRSDepTime"]) % 2400)
            self.assertEqual(landed[key], float(row["ArrDelay"]), key)
        with Server() as server:
            flags = ("--url", f"http://127.0.0.1:{server.port}", "--data-dir", server.data_dir)
            self.assertIn("--accept-event-time", self.import_arrivals(*flags, code=2).stderr)
            done = self.import_arrivals(*flags, "--without-times")
            self.assertEqual(json.loads(done.stdout)["landed"], len(landed))

    def import_arrivals(self, *flags, code=0):
        command = [PROGRAM, "arrivals", "import", str(FLIGHTS), "--json", *flags]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def test_demo(self):
        """Goal: --demo plays by itself, in the folder that is named, and goes on after a kill."""
        with Server("--demo") as server:
            position = pathlib.Path(server.data_dir, "demo.position")
            for size in (5_000, 30_000):
                wait_until("the demo plays", lambda: position.exists() and position.stat().st_size > size)
                server.kill()
                server.start()
            server.wait_for_line("the demo plays a real week")
            self.assertEqual(server.stop(), 0)
        refused = subprocess.run(
            [PROGRAM, "serve", "--demo", "--kafka", "127.0.0.1:1"],
            capture_output=True, text=True, timeout=60, check=False,
        )
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--demo", refused.stderr)


if __name__ == "__main__":
    unittest.main()
