# SPDX-License-Identifier: Apache-2.0
"""A model is replaced while the server works: nothing is lost, nothing is scored by a mixture."""

import csv
import io
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest

from server import PROGRAM, Server, wait_until

SWAPS = 100
FLIGHTS = [
    {"DepDelay": str(delay), "Carrier": carrier, "FlightDate": "2016-12-25", "Origin": "ATL", "Dest": dest}
    for delay, carrier, dest in itertools.product((-9, 0, 4, 17, 60), ("AA", "UA"), ("SFO", "JFK"))
]


def training_rows():
    """Flights that end about as late as they left, some carriers worse than others."""
    chance = random.Random(7)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow("FlightDate Reporting_Airline Origin Dest DepDelay ArrDelay Distance".split())
    for day, _ in itertools.product(range(1, 11), range(200)):
        carrier, dest = chance.choice(("AA", "UA")), chance.choice(("SFO", "JFK"))
        delay = chance.randrange(-15, 90)
        arrival = delay + chance.randrange(-30, 30) + (10 if carrier == "UA" else 0)
        writer.writerow([f"2015-01-{day:02}", carrier, "ATL", dest, delay, arrival, 2139])
    return text.getvalue()


def metric(server, series):
    found = re.search(re.escape(series) + r" (\d+)", server.get("/metrics")[2].decode())
    return int(found.group(1)) if found else 0


class ModelSwap(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-swap-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "flights.csv").write_text(training_rows())
        self.models = [self.train(name, seed) for name, seed in (("one", 1), ("two", 2))]
        self.used = self.folder / "used"
        self.used.mkdir()
        self.use(self.models[0])

    def train(self, name, seed):
        out = self.folder / name
        subprocess.run(
            [PROGRAM, "train", "--data", self.folder / "flights.csv", "--out", out, "--name", name,
             "--seed", str(seed), "--trees", "7", "--depth", "6", "--min-leaf", "10"],
            check=True, capture_output=True,
        )
        return out

    def use(self, model):
        """Puts a model where the server looks, as `flightcast train --force` does."""
        for name in ("forest.bin", "bundle.json"):
            shutil.copy(model / name, self.used / (name + ".new"))
            os.replace(self.used / (name + ".new"), self.used / name)

    def expected(self, model):
        """What `flightcast predict` says: the model's name, and the probabilities by flight."""
        rows = self.folder / "rows.jsonl"
        flights = [{**flight, "DepDelay": float(flight["DepDelay"])} for flight in FLIGHTS]
        rows.write_text("".join(json.dumps(flight) + "\n" for flight in flights))
        ran = subprocess.run(
            [PROGRAM, "predict", "--model", model, "--data", rows, "--format", "jsonl"],
            check=True, capture_output=True,
        )
        answers = [json.loads(line) for line in ran.stdout.splitlines()]
        return answers[0]["Model"], [answer["Probabilities"] for answer in answers]

    def test_a_hundred_swaps_under_load(self):
        """Goal: with 100 swaps while flights come in, each gets exactly what the model that its
        answer names would say, and every one gets an answer; the API shows the model in use."""
        by_model = dict(self.expected(model) for model in self.models)
        names = list(by_model)
        self.assertEqual(len(names), 2)
        with Server("--model", str(self.used)) as server:
            ended = threading.Event()
            posted = []

            def post():
                for index in itertools.cycle(range(len(FLIGHTS))):
                    if ended.is_set():
                        return
                    status, answer = server.submit(**FLIGHTS[index])
                    posted.append((index, status, answer.get("id")))

            clients = [threading.Thread(target=post) for _ in range(3)]
            for client in clients:
                client.start()
            try:
                for swap in range(1, SWAPS + 1):
                    self.use(self.models[swap % 2])
                    server.process.send_signal(signal.SIGHUP)
                    wait_until(
                        f"swap {swap}: {server.output()[-2000:]}",
                        lambda: metric(server, 'flightcast_model_reloads_total{outcome="loaded"}') >= swap,
                        pause=0.002,
                    )
                    shown = json.loads(server.get("/api/v1/model")[2])["id"]
                    self.assertEqual(shown, names[swap % 2], f"swap {swap}")
            finally:
                ended.set()
                for client in clients:
                    client.join()
            seen = set()
            for index, status, request_id in posted:
                self.assertEqual(status, 200)
                prediction = server.wait_for_outcome(request_id)["prediction"]
                self.assertEqual(prediction["Probabilities"], by_model[prediction["Model"]][index])
                seen.add(prediction["Model"])
            self.assertEqual(seen, set(by_model), f"{len(posted)} flights")
            self.assertEqual(metric(server, 'flightcast_model_reloads_total{outcome="refused"}'), 0)

    def test_a_changed_folder_is_noticed(self):
        """Goal: without a signal, too, the new model answers after a while."""
        name, _ = self.expected(self.models[1])
        with Server("--model", str(self.used)) as server:
            self.use(self.models[1])

            def answered_by():
                answer = server.wait_for_outcome(server.submit()[1]["id"])
                return answer["prediction"]["Model"]

            wait_until("the change is noticed", lambda: answered_by() == name)

    def test_a_bad_model_leaves_the_old_one(self):
        """Goal: a damaged bundle is said and counted; the old model answers on, and all is ready."""
        name, probabilities = self.expected(self.models[0])
        with Server("--model", str(self.used)) as server:
            (self.used / "forest.bin").write_bytes(b"FCFOREST, but not really")
            server.process.send_signal(signal.SIGHUP)
            refused = 'flightcast_model_reloads_total{outcome="refused"}'
            wait_until("it is refused", lambda: metric(server, refused) == 1)
            server.wait_for_line("the one before stays in use")
            self.assertEqual(server.get("/readyz")[0], 200)
            answer = server.wait_for_outcome(server.submit(**FLIGHTS[0])[1]["id"])["prediction"]
            self.assertEqual((answer["Model"], answer["Probabilities"]), (name, probabilities[0]))
            self.use(self.models[1])
            server.process.send_signal(signal.SIGHUP)
            loaded = 'flightcast_model_reloads_total{outcome="loaded"}'
            wait_until("the good one is loaded", lambda: metric(server, loaded) == 1)
            self.assertEqual(server.stop(), 0)

    def test_without_a_folder_there_is_nothing_to_load(self):
        """Goal: SIGHUP to a server with the bundled model changes nothing."""
        with Server() as server:
            server.process.send_signal(signal.SIGHUP)
            server.wait_for_line("no --model to load again")
            self.assertEqual(server.submit()[0], 200)


if __name__ == "__main__":
    unittest.main()
