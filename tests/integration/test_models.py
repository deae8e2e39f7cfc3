# SPDX-License-Identifier: Apache-2.0
"""Versions, challengers and decisions on Kafka: two scorers follow one registry, answer in the shadow
together, and take harm back once, whichever of them dies."""

import csv
import datetime
import io
import json
import pathlib
import random
import sys
import tempfile
import unittest

from roles import World, needs_kafka, run, wait_until

from test_model_swap import training_rows

TOKEN = "a token of this test alone"
JSON = {"Content-Type": "application/json"}
ADMIN = {**JSON, "Authorization": f"Bearer {TOKEN}"}
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


@needs_kafka
class Models(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        room = tempfile.TemporaryDirectory(prefix="flightcast-models-")
        cls.addClassCleanup(room.cleanup)
        cls.folder = pathlib.Path(room.name)
        rows = training_rows()
        (cls.folder / "right.csv").write_text(rows)
        (cls.folder / "wrong.csv").write_text(turned(rows))
        for name, data in (("good", "right"), ("bad", "wrong"), ("third", "wrong")):
            code, _, errors = run("train", "--data", str(cls.folder / f"{data}.csv"), "--out", str(cls.folder / name),
                                  "--name", name, "--trees", "7", "--depth", "6", "--min-leaf", "10")
            assert code == 0, errors

    def setUp(self):
        self.world = World("--partitions", "4", "--admin-token", TOKEN, mongo="")
        self.hour = 0
        self.chance = random.Random(5)

    def command(self, *arguments):
        code, text, errors = run(*map(str, arguments), "--url", f"http://127.0.0.1:{self.gateway.port}",
                                 "--admin-token", TOKEN)
        self.assertEqual(code, 0, text + errors)
        return text

    def get(self, path):
        status, _, body = self.gateway.get(path)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def post(self, path, value, headers):
        status, _, body = self.gateway.request("POST", path, json.dumps(value), headers)
        self.assertIn(status, (200, 202), body)
        return json.loads(body)

    def play(self):
        """An hour of flights: asked about, answered, landed. The models that answered."""
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
        ids = [entry["id"] for entry in self.post("/api/v1/predictions", flights, JSON)]
        models = []
        for request_id in ids:
            outcome = wait_until("it is answered",
                                 lambda: (o := self.gateway.outcome(request_id)) and "prediction" in o and o)
            models.append(outcome["prediction"]["Model"].split("@")[0])
        self.post("/api/v1/arrivals", reports, ADMIN)
        return models

    def play_until(self, what, is_so):
        for _ in range(40):
            self.play()
            if answer := is_so():
                return answer
        self.fail(f"not within 40 hours of flights: {what}\n{json.dumps(self.get('/api/v1/experiments'))}")

    def decisions_on(self, model):
        records = [entry["record"] for entry in self.get("/api/v1/models")["history"]]
        return [record for record in records
                if record["Kind"] == "experiment_decided" and record["Model"].startswith(model + "@")]

    def champion(self):
        return (self.get("/api/v1/models")["champion"] or "the model inside").split("@")[0]

    def in_use(self, scorer):
        lines = scorer.get("/metrics")[2].decode().splitlines()
        return [line.split('model="')[1].split("@")[0] for line in lines
                if line.startswith("flightcast_model_info") and line.endswith(" 1")]

    def all_use(self, name, scorers):
        wait_until(f"{name} answers everywhere", lambda: all(self.in_use(one) == [name] for one in scorers))

    def seconds_after(self, champion, worse):
        """From the record that made `champion` the champion to the last answer by the one before."""
        history = self.get("/api/v1/models")["history"]
        named = [entry["appended"] for entry in history
                 if (entry["record"].get("Model") or "").startswith(champion + "@")
                 and entry["record"]["Kind"] == "alias_set"
                 or ((entry["record"].get("Sets") or {}).get("Model") or "").startswith(champion + "@")]
        answers = [json.loads(record["value"]) if isinstance(record["value"], str) else record["value"]
                   for record in self.world.records(self.world.responses)]
        last = max(answer["ScoredAt"] for answer in answers if answer["Model"].startswith(worse + "@"))
        at = datetime.datetime.fromisoformat
        return (at(last.replace("Z", "+00:00")) - at(named[-1].replace("Z", "+00:00"))).total_seconds()

    def test_two_scorers_judge_and_take_back(self):
        """Goal: two scorers take a promotion over, share the answers in the shadow, and end a harmful challenger; a
        harmful champion is rolled back once, though the decider before has died."""
        world = self.world
        one, two = (world.process("scorer", "--instance-id", name) for name in ("one", "two"))
        with world.process("gateway", "--accept-event-time") as self.gateway, one, two:
            for name in ("good", "bad", "third"):
                self.command("models", "add", self.folder / name)
            self.command("models", "promote", "good")
            self.all_use("good", (one, two))
            wait_until("the gateway tells of experiments",
                       lambda: self.gateway.get("/api/v1/experiments")[0] == 200)
            self.command("experiment", "start", "spring", "--arm", "bad")
            self.assertEqual(set(self.play()), {"good"}, "a shadow answers no client")
            # Meanwhile the fresh champion may be found better than the model inside.
            found = self.play_until("the challenger is found", lambda: self.decisions_on("bad"))
            self.assertEqual([decision["Decision"] for decision in found], ["harm"])
            self.check_shadows()

            self.command("models", "promote", "third", "--reason", "by mistake")
            self.all_use("third", (one, two))
            self.assertEqual(set(self.play()), {"third"})
            one.kill()
            self.play_until("it is rolled back", lambda: self.champion() == "good")
            one.start()
            self.all_use("good", (one, two))
            for _ in range(3):
                self.assertEqual(set(self.play()), {"good"})
            back = self.decisions_on("third")
            self.assertEqual(len(back), 1, "once")
            self.assertEqual((back[0]["Decision"], back[0]["Author"]), ("harm", "decider"))
            sys.stderr.write(f"last answer of the bad champion {self.seconds_after('good', 'third'):+.3f} s after the "
                             "record of the rollback\n")

    def check_shadows(self):
        """One record for each request, whoever wrote it, with the answer of the challenger."""
        answered = {}
        for record in self.world.records(self.world.shadows):
            value = json.loads(record["value"]) if isinstance(record["value"], str) else record["value"]
            answered.setdefault(value["UUID"], [answer["Model"].split("@")[0] for answer in value["Answers"]])
        self.assertGreaterEqual(len(answered), FLIGHTS_PER_HOUR)
        # The champion before a fresh one answers there, too.
        self.assertTrue(all("bad" in models or "flightcast" in models for models in answered.values()), answered)


if __name__ == "__main__":
    unittest.main()
