# SPDX-License-Identifier: Apache-2.0
"""Online features through Kafka: what scorers on four partitions answer, one of them killed, was made from the same
values, bit for bit, as the rows that files give."""

import csv
import gzip
import json
import pathlib
import signal
import subprocess
import tempfile
import unittest

from roles import ROOT, World, e2e, needs_kafka, run, wait_until
from online_values import missing, values_of_responses, values_of_rows

FLIGHTS = ROOT / "tests/end_to_end/testdata/flights_2008_01.csv.gz"
FEATURES = "DepDelay,Distance,ExpectedMinutesLost,DestMinutesLost2h,FlightMinutesLost21d,ExpectedArrDelay"


@needs_kafka
class OnlineThroughKafka(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-online-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)
        with gzip.open(FLIGHTS, "rt", newline="") as file:
            rows = list(csv.DictReader(file))
        days = sorted({row["FlightDate"] for row in rows})
        self.learned_until = days[len(days) // 2]
        # Also the last two days learned from: some of their flights land after the state of the model was taken.
        begin = days[len(days) // 2 - 1]
        self.landing = self.path / "landing.csv"
        with self.landing.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(row for row in rows if row["FlightDate"] >= begin)
        self.model = self.path / "model"
        code, _, errors = run("train", "--data", str(FLIGHTS), "--train-until", self.learned_until, "--features",
                              FEATURES, "--trees", "5", "--min-leaf", "20", "--out", str(self.model))
        self.assertEqual(code, 0, errors)

    def test_values_survive_a_killed_scorer(self):
        """Goal: a scorer dies in the middle of a replay and another one takes its place: every flight was answered from
        the values of its moment, on all four partitions, as if nothing had happened."""
        world = World("--partitions", "4", "--model", str(self.model), mongo="")
        replay = [e2e.PROGRAM, "replay", "--data", str(self.landing), "--speed", "max", "--json", "--departures",
                  *world.kafka, "--position", str(self.path / "position")]
        with world.process("scorer"), world.process("scorer") as doomed:
            with subprocess.Popen(replay, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as playing:
                wait_until("some flights are answered", lambda: len(world.records(world.responses)) > 200)
                self.assertIsNone(playing.poll(), "the replay was over too soon")
                doomed.process.send_signal(signal.SIGKILL)
                doomed.process.wait()
                with world.process("scorer"):
                    told, errors = playing.communicate(timeout=500)
        self.assertEqual(playing.returncode, 0, errors)
        records = world.records(world.responses)
        self.assertEqual({record["partition"] for record in records}, {0, 1, 2, 3})
        responses = values_of_responses(record["value"] for record in records)
        rows = values_of_rows(FLIGHTS, self.learned_until, self.path / "rows.csv")
        self.assertGreater(json.loads(told.splitlines()[-1])["flights"], 900)
        self.assertEqual(missing(rows, responses), [])


if __name__ == "__main__":
    unittest.main()
