# SPDX-License-Identifier: Apache-2.0
"""Arrivals on Kafka: reports meet predictions of several scorers, and the figures survive the
evaluator that made them."""

import collections
import json
import unittest

from roles import FLIGHT, World, needs_kafka, run, wait_until

TOKEN = "a token of this test alone"
JSON = {"Content-Type": "application/json"}
COUNT = 30
DELAYS = (-20, -3, 10, 99)  # of one flight each, over and over


@needs_kafka
class Arrivals(unittest.TestCase):
    def setUp(self):
        self.world = World("--partitions", "4", "--admin-token", TOKEN, mongo="")
        self.predicted = {}  # class by flight number
        self.ids = {}  # flight number by id

    def predict(self, gateway, numbers):
        flights = [{**FLIGHT, "FlightNum": str(number)} for number in numbers]
        status, _, body = gateway.request("POST", "/api/v1/predictions", json.dumps(flights), JSON)
        self.assertEqual(status, 202, body)
        for number, entry in zip(numbers, json.loads(body)):
            request_id = entry["id"]
            outcome = wait_until(
                "it is predicted", lambda: (o := gateway.outcome(request_id)) and "class" in o and o)
            self.predicted[number] = outcome["class"]
            self.ids[request_id] = number

    def report(self, gateway, numbers, shift=0):
        reports = [
            {"FlightDate": FLIGHT["FlightDate"], "Carrier": FLIGHT["Carrier"], "Origin": FLIGHT["Origin"],
             "Dest": FLIGHT["Dest"], "FlightNum": str(number), "ArrDelay": DELAYS[(number + shift) % 4]}
            for number in numbers
        ]
        status, _, body = gateway.request(
            "POST", "/api/v1/arrivals", json.dumps(reports), {**JSON, "Authorization": f"Bearer {TOKEN}"})
        self.assertEqual((status, json.loads(body)), (202, {"accepted": len(numbers)}), body)

    def wait_for(self, gateway, judged, accuracy):
        return wait_until(
            f"{judged} are judged",
            lambda: (p := gateway.performance()) and p["judged"] == judged
            and p["figures"]["accuracy"] == accuracy and p)

    def accuracy(self, shift=0):
        return sum(self.predicted[n] == (n + shift) % 4 for n in self.predicted) / len(self.predicted)

    def test_evaluators_die(self):
        """Goal: predictions of two scorers are judged once each, whichever of them has the reports'
        partition and dies; corrections follow, and every reader of the topic has the same figures."""
        first, second = (self.world.process("scorer", "--instance-id", name) for name in ("one", "two"))
        with self.world.process("gateway") as gateway, first, second:
            begin = 0
            for dying in (first, second):
                numbers = range(begin, begin + COUNT)
                self.predict(gateway, numbers)
                self.report(gateway, numbers[:COUNT // 2])
                dying.kill()
                self.report(gateway, numbers[COUNT // 2:])
                begin += COUNT
                self.wait_for(gateway, begin, self.accuracy())
                dying.start()
            self.report(gateway, range(begin), shift=1)
            figures = self.wait_for(gateway, begin, self.accuracy(shift=1))
            self.check_topic()
            code, text, errors = run(
                "performance", *self.world.kafka[:2], "--evaluation-topic", self.world.evaluations, "--json")
            self.assertEqual(code, 0, errors)
            self.assertEqual(json.loads(text)["figures"], figures["figures"])
            with self.world.process("gateway") as late:
                self.assertEqual(
                    self.wait_for(late, begin, self.accuracy(shift=1))["figures"], figures["figures"])

    def check_topic(self):
        """Two revisions of each prediction, with the truth of their report and the state before."""
        states = collections.defaultdict(dict)
        for record in self.world.records(self.world.evaluations):
            value = json.loads(record["value"]) if isinstance(record["value"], str) else record["value"]
            states[value["UUID"]].setdefault(value["Revision"], value)
        self.assertEqual(states.keys(), self.ids.keys())
        for request_id, revisions in states.items():
            number = self.ids[request_id]
            self.assertEqual(sorted(revisions), [1, 2])
            self.assertEqual([revisions[r]["Observed"] for r in (1, 2)], [number % 4, (number + 1) % 4])
            self.assertEqual(revisions[2]["Replaces"]["Observed"], number % 4)

    def test_topics_are_missing(self):
        """Goal: without the topics of arrivals their part is off and says so; predictions go on."""
        world = self.world
        names = [word for word in world.kafka if word not in (world.arrivals, world.evaluations)]
        names = [word for word in names if word not in ("--arrival-topic", "--evaluation-topic")]
        other = World(mongo="")
        code, _, errors = run("topics", "init", *names, "--arrival-topic", other.arrivals,
                              "--evaluation-topic", other.evaluations)
        self.assertEqual(code, 0, errors)
        with world.process("gateway", "--no-create-topics") as gateway, \
                world.process("scorer", "--no-create-topics") as scorer:
            self.predict(gateway, [1])
            for process in (gateway, scorer):
                status, checks = process.checks()
                self.assertEqual(status, 200, checks)
                self.assertIn(world.arrivals, checks["arrivals"])
            status, _, body = gateway.get("/api/v1/performance")
            self.assertEqual(status, 503)
            self.assertIn(world.arrivals, json.loads(body)["detail"])


if __name__ == "__main__":
    unittest.main()
