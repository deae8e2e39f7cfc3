# SPDX-License-Identifier: Apache-2.0
"""Drift: requests that change are told before their flights land, against training and the week before."""

import datetime
import json
import pathlib
import random
import re
import subprocess
import tempfile
import unittest

from server import PROGRAM, Server, wait_until
from test_model_swap import training_rows

JSON = {"Content-Type": "application/json"}
BEGIN = datetime.datetime(2016, 12, 5)


class Drift(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        room = tempfile.TemporaryDirectory(prefix="flightcast-drift-")
        cls.addClassCleanup(room.cleanup)
        cls.model = pathlib.Path(room.name) / "model"
        rows = pathlib.Path(room.name) / "rows.csv"
        rows.write_text(training_rows())
        subprocess.run(
            [PROGRAM, "train", "--data", rows, "--out", cls.model, "--features", "DepDelay,Carrier", "--trees", "7",
             "--depth", "6", "--min-leaf", "10"],
            check=True, capture_output=True,
        )

    def setUp(self):
        self.chance = random.Random(11)

    def ask(self, server, count, day, later=0):
        """Flights of one day like those learned from, but for so many minutes."""
        asked = []
        for begin in range(0, count, 500):
            flights = [
                {"FlightDate": (BEGIN + datetime.timedelta(days=day)).strftime("%Y-%m-%d"), "Origin": "ATL",
                 "Carrier": self.chance.choice(("AA", "UA")), "Dest": self.chance.choice(("SFO", "JFK")),
                 "FlightNum": str(begin + number), "DepDelay": self.chance.randrange(-15, 90) + later,
                 "RequestedAt": (BEGIN + datetime.timedelta(days=day, hours=number % 24)).isoformat() + "Z"}
                for number in range(min(500, count - begin))
            ]
            status, _, body = server.request("POST", "/api/v1/predictions?wait=10s", json.dumps(flights), JSON)
            self.assertEqual(status, 200, body)
            asked += flights
        return asked

    def drift(self, server):
        status, _, body = server.get("/api/v1/drift")
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def report_of(self, server, flights, day):
        """Once so many flights of the window that ends with the day are counted: that of an earlier day may have as
        many."""
        window = (flights, (BEGIN + datetime.timedelta(days=day + 1)).strftime("%Y-%m-%dT00:00:00.000000Z"))
        return wait_until(f"{window} are counted",
                          lambda: (d := self.drift(server)) and (d["flights"], d.get("to")) == window and d)

    def test_a_change_is_told_before_flights_land(self):
        """Goal: requests like those learned from are no drift; later departures are, by feature and by answers, in the
        API, the metrics and the log; a restart knows the same."""
        with Server("--model", str(self.model), "--accept-event-time") as server:
            empty = self.drift(server)
            self.assertEqual((empty["flights"], empty["features"]), (0, []))
            self.ask(server, 1_500, day=0)
            told = self.report_of(server, 1_500, day=0)
            names = [feature["name"] for feature in told["features"]]
            self.assertEqual(names, ["DepDelay", "Carrier"])
            for feature in (*told["features"], told["answers"]):
                # The answers are held against those on the judged flights, of which there are few.
                is_answers = feature["name"] == "answers"
                self.assertEqual(feature["training"]["verdict"], "not enough" if is_answers else "none", feature)
                self.assertEqual(feature["last_week"]["verdict"], "not enough", feature)
            self.assertEqual(told["accuracy"]["judged"], {"flights": 0})
            self.assertGreater(told["accuracy"]["expected"]["share"], 0.4)

            flights = self.ask(server, 1_500, day=7, later=40)
            told = self.report_of(server, 1_500, day=7)
            late, carrier = told["features"]
            for against in ("training", "last_week"):
                self.assertEqual(late[against]["verdict"], "drift", late)
                self.assertGreater(late[against]["psi"], 0.25)
                self.assertEqual(carrier[against]["verdict"], "none", carrier)
            self.assertEqual(told["answers"]["last_week"]["verdict"], "drift", told["answers"])
            server.wait_for_line("the requests of the last 24 hours are others than before")
            text = server.get("/metrics")[2].decode()
            ratio = float(re.search(r'flightcast_drift_from_last_week\{feature="DepDelay"\} (\S+)', text)[1])
            self.assertGreater(ratio, 1)
            self.assertRegex(text, r'flightcast_model_expected_accuracy\{model="flightcast@\w+"\} 0\.')

            landed = (BEGIN + datetime.timedelta(days=8)).isoformat() + "Z"
            reports = [
                {**{name: flight[name] for name in ("FlightDate", "Carrier", "Origin", "Dest", "FlightNum")},
                 "ArrDelay": flight["DepDelay"] + self.chance.randrange(-30, 30), "ArrivedAt": landed, "ReportedAt": landed}
                for flight in flights[:500]  # Numbers are of one day: one flight each.
            ]
            status, _, body = server.request("POST", "/api/v1/arrivals", json.dumps(reports), server.admin_headers())
            self.assertEqual(status, 202, body)
            judged = wait_until("they are judged", lambda: (a := self.drift(server)["accuracy"]) and "share" in a["judged"]
                                and a["judged"]["flights"] >= 450 and a)
            self.assertAlmostEqual(judged["judged"]["share"], judged["expected_of_judged"]["share"], delta=0.15)
            before = self.drift(server)
            self.assertEqual(server.stop(), 0)
            server.start()
            self.assertEqual(self.report_of(server, 1_500, day=7)["features"], before["features"])

    def test_the_bundled_model(self):
        """Goal: a model that does not tell what it learned from is compared by its answers alone."""
        with Server("--accept-event-time") as server:
            self.ask(server, 600, day=0)
            self.ask(server, 600, day=7)
            told = self.report_of(server, 600, day=7)
            if told["features"]:
                self.skipTest("the bundled model tells its distributions")
            self.assertEqual(told["answers"]["training"]["verdict"], "not enough")
            self.assertEqual(told["answers"]["last_week"]["verdict"], "none")


if __name__ == "__main__":
    unittest.main()
