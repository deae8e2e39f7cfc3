# SPDX-License-Identifier: Apache-2.0
"""`flightcast replay` through Kafka: what scorers on four partitions answer and the evaluator judges is
the same as in a data folder."""

import json
import pathlib
import tempfile
import unittest

from roles import ROOT, World, needs_kafka, run, wait_until

FLIGHTS = ROOT / "tests/end_to_end/testdata/flights_2008_01.csv.gz"
SAME = ("digest", "flights", "reports", "arrivals", "judged", "accuracy", "log_loss", "calibration_error")


@needs_kafka
class ReplayThroughKafka(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-replay-")
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name)

    def command(self, *words):
        code, text, errors = run(*words)
        self.assertEqual(code, 0, errors)
        return json.loads(text.splitlines()[-1])

    def replay(self, *options):
        return self.command("replay", "--data", str(FLIGHTS), "--speed", "max", "--json", *options)

    def figures(self, *options):
        return self.command("performance", "--window", "30d", "--json", *options)

    def test_same_as_in_a_data_folder(self):
        """Goal: digest, figures and evaluations of a replay through four partitions and two scorers are those
        of a replay in a data folder."""
        folder = str(self.path / "data")
        embedded = self.replay("--data-dir", folder)
        world = World("--partitions", "4", mongo="")
        with world.process("scorer"), world.process("scorer"):
            through = self.replay(*world.kafka, "--position", str(self.path / "position"))
            self.assertEqual({name: through[name] for name in SAME}, {name: embedded[name] for name in SAME})
            spread = {record["partition"] for record in world.records(world.responses)}
            self.assertEqual(spread, {0, 1, 2, 3})
            topic = [*world.kafka[:2], "--evaluation-topic", world.evaluations]
            wait_until("all is judged", lambda: self.figures(*topic)["judged"] == embedded["judged"])
            told = self.figures(*topic)
        kept = self.figures("--data-dir", folder)
        self.assertEqual(told["figures"], kept["figures"])
        self.assertEqual(told["figures"]["accuracy"], embedded["accuracy"])
        self.assertEqual(told["figures"]["log_loss"], embedded["log_loss"])
        self.assertEqual((told["judged"], told["to"]), (kept["judged"], kept["to"]))


if __name__ == "__main__":
    unittest.main()
