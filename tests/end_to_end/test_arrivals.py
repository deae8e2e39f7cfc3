# SPDX-License-Identifier: Apache-2.0
"""Arrivals from outside: reports come in, predictions are judged, figures are told and survive."""

import contextlib
import json
import os
import pathlib
import sqlite3
import stat
import subprocess
import unittest

from server import FORM, PROGRAM, Server, wait_until

FLIGHT = {**FORM, "DepDelay": 5}
JSON = {"Content-Type": "application/json"}


def report_of(number, **fields):
    named = {"FlightDate": "2016-12-25", "Carrier": "AA", "Origin": "ATL", "Dest": "SFO"}
    return {**named, "FlightNum": str(number), **fields}


def tables_of(html):
    """The tables of a page; the times in its first words go on."""
    return html[html.index("<table"):]


class Arrivals(unittest.TestCase):
    def post(self, server, path, value, headers=None):
        status, _, body = server.request("POST", path, json.dumps(value), headers or JSON)
        return status, json.loads(body)

    def predict(self, server, numbers, **fields):
        flights = [{**FLIGHT, "FlightNum": str(number), **fields} for number in numbers]
        status, outcomes = self.post(server, "/api/v1/predictions?wait=10s", flights)
        self.assertEqual(status, 200, outcomes)
        return outcomes

    def report(self, server, reports):
        status, answer = self.post(server, "/api/v1/arrivals", reports, server.admin_headers())
        self.assertEqual((status, answer), (202, {"accepted": len(reports)}))

    def test_predictions_are_judged(self):
        """Goal: predictions meet their arrivals by flight, figures follow, corrections change them
        exactly, repetitions do not, and a restart has the same figures from the log."""
        with Server() as server:
            token = pathlib.Path(server.data_dir, "admin-token")
            self.assertEqual(stat.S_IMODE(os.stat(token).st_mode), 0o600)
            outcomes = self.predict(server, range(1, 41))
            prediction = outcomes[0]["prediction"]
            keys = list(prediction)
            place = keys.index("Prediction")
            self.assertEqual(keys[place + 1:place + 4], ["FlightNum", "RequestedAt", "Probabilities"])
            self.report(server, [report_of(n, ArrDelay=10) for n in range(1, 31)])
            self.report(server, [report_of(31, Cancelled=True), report_of(32, Diverted=True)])
            judged = wait_until(
                "30 are judged",
                lambda: (p := server.performance()) and p["judged"] == 30 and p["diverted"] == 1 and p,
            )
            self.assertEqual((judged["cancelled"], judged["enough"]), (1, True))
            self.assertEqual((judged["waiting"], judged["unmatched"]), (8, 0))
            self.assertEqual(judged["baselines"], judged["groups"][0]["baselines"])
            for simple in judged["baselines"].values():
                self.assertEqual(simple, {"accuracy": 1.0, "log_loss": 0.0}, "all ended in one class")
            row = judged["figures"]["confusion"][2]
            self.assertEqual(sum(row), 30, "10 minutes late is class 2")
            right = sum(o["class"] == 2 for o in outcomes[:30]) / 30
            self.assertEqual(judged["figures"]["accuracy"], right)
            [group] = judged["groups"]
            self.assertEqual(group["name"], prediction["Model"])
            self.assertEqual(group["figures"], judged["figures"])

            self.report(server, [report_of(n, ArrDelay=10) for n in range(1, 31)])
            self.report(server, [report_of(1, ArrDelay=99)])
            corrected = wait_until(
                "a correction counts",
                lambda: (p := server.performance()) and sum(p["figures"]["confusion"][3]) == 1 and p,
            )
            self.assertEqual(corrected["judged"], 30)
            self.assertEqual(sum(corrected["figures"]["confusion"][2]), 29)
            self.assertEqual(
                [g["flights"] for g in server.performance("?by=route&window=7d")["groups"]], [30]
            )
            before = server.performance()["figures"]
            told = subprocess.run(
                [PROGRAM, "performance", "--data-dir", server.data_dir, "--json"], capture_output=True, check=True
            )
            self.assertEqual(json.loads(told.stdout)["figures"], before, "the command says the same")
            text = subprocess.run(
                [PROGRAM, "performance", "--data-dir", server.data_dir, "--by", "route", "--window", "7d"],
                capture_output=True, check=True, text=True
            ).stdout
            self.assertRegex(text, r"(?m)^ATL-SFO +30 +0\.\d{4}")
            self.look_by_commands(server, before)
            self.assertEqual(server.stop(), 0)
            server.start()
            after = wait_until(
                "the figures are back", lambda: (p := server.performance()) and p["judged"] == 30 and p
            )
            self.assertEqual(after["figures"], before)
            self.report(server, [report_of(40, ArrDelay=-20)])
            wait_until("the log goes on", lambda: server.performance()["judged"] == 31)

    def look_by_commands(self, server, figures):
        """A running server tells commands the same; a page has tables and charts; reports are lines."""
        def told(*words):
            return subprocess.run([PROGRAM, *words], capture_output=True, check=True, text=True).stdout

        url = f"http://127.0.0.1:{server.port}"
        asked = json.loads(told("performance", "--url", url, "--json"))
        self.assertEqual(asked, server.performance())
        self.assertEqual(asked["figures"], figures)
        self.assertIn("30 judged", told("performance", "--url", url))
        page = pathlib.Path(server.data_dir, "figures.html")
        told("performance", "--url", url, "--html", str(page))
        html = page.read_text(encoding="utf-8")
        self.assertIn("ATL-SFO", html)
        self.assertIn("<svg", html)
        of_folder = told("performance", "--data-dir", server.data_dir, "--html", "-")
        self.assertEqual(tables_of(html), tables_of(of_folder))
        lines = told("arrivals", "tail", "--data-dir", server.data_dir, "--from-beginning",
                     "--no-follow").splitlines()
        self.assertEqual(len(lines), 30 + 2 + 30 + 1)
        self.assertEqual(lines[0], "2016-12-25 AA 1 ATL-SFO landed, 10 min late")
        self.assertEqual(lines[30], "2016-12-25 AA 31 ATL-SFO cancelled")
        raw = told("arrivals", "tail", "--data-dir", server.data_dir, "--from-beginning", "--no-follow",
                   "--json", "--count", "1")
        self.assertEqual(json.loads(raw)["FlightNum"], "1")

    def test_history(self):
        """Goal: arrivals, evaluations and daily sums are filed beside the outcomes; a kill at any moment and
        corrections leave them exact; long windows have the figures of short ones, from a server and a folder."""
        with Server() as server:
            database = pathlib.Path(server.data_dir, "flightcast.db")
            self.predict(server, range(1, 41))
            self.report(server, [report_of(n, ArrDelay=10) for n in range(1, 31)])
            self.report(server, [report_of(n, DepDelay=3) for n in range(1, 6)])
            server.kill()
            server.start()
            self.report(server, [report_of(1, ArrDelay=99)])
            self.report(server, [report_of(n, ArrDelay=10) for n in range(2, 31)])
            whole = lambda p: p["judged"] == 30 and sum(p["figures"]["confusion"][3]) == 1
            short = wait_until(
                "a correction counts", lambda: (p := server.performance("?window=30d")) and whole(p) and p)
            server.kill()
            server.start()
            for split in ("model", "class", "day"):
                long = wait_until(
                    "the sums have it, too",
                    lambda: (p := server.performance(f"?window=365d&by={split}")) and whole(p) and p)
                self.assertEqual(long["figures"], short["figures"])
                self.assertEqual(long["baselines"], short["baselines"])
            status, _, body = server.request("GET", "/api/v1/performance?window=90d&by=route")
            self.assertEqual(status, 400, body)
            server.stop()
            told = subprocess.run(
                [PROGRAM, "performance", "--data-dir", server.data_dir, "--window", "365d", "--json"],
                capture_output=True, check=True, text=True)
            self.assertEqual(json.loads(told.stdout)["figures"], short["figures"])
            with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as tables:
                count = lambda table: tables.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                self.assertEqual(count("arrival"), 30 + 5)
                self.assertEqual(count("evaluation"), 30)
                [(judged,)] = tables.execute("SELECT sum(judged) FROM evaluation_day").fetchall()
                self.assertEqual(judged, 30)
                [(revision, text)] = tables.execute(
                    "SELECT revision, json FROM evaluation WHERE revision > 1").fetchall()
                self.assertEqual((revision, json.loads(text)["ArrDelay"]), (2, 99.0))

    def test_client_reports_its_own_flight(self):
        """Goal: an id is enough to report, a source is better; flights without a number are judged
        by id alone."""
        with Server() as server:
            server.judge_some(20)
            figures = server.performance()
            self.assertEqual((figures["judged"], figures["enough"]), (20, True))
            [outcome] = self.predict(server, ["7"])
            self.post(server, outcome["url"] + "/arrival", {"ArrDelay": 99})
            wait_until("the client is believed", lambda: server.performance()["judged"] == 21)
            self.assertEqual(sum(server.performance()["figures"]["confusion"][3]), 1)
            self.report(server, [report_of(7, ArrDelay=-30)])
            wait_until(
                "a source is believed more",
                lambda: sum(server.performance()["figures"]["confusion"][0]) == 1,
            )
            self.assertEqual(server.performance()["judged"], 21)

    def test_who_may(self):
        """Goal: lists need the admin token, on loopback too; times of events are refused, as is
        every report of a list with one invalid field."""
        with Server() as server:
            self.assertEqual(self.post(server, "/api/v1/arrivals", report_of(1, ArrDelay=1))[0], 401)
            headers = server.admin_headers()
            for field in ("ArrivedAt", "ReportedAt"):
                report = report_of(1, ArrDelay=1, **{field: "2016-12-25T12:00:00Z"})
                self.assertEqual(self.post(server, "/api/v1/arrivals", report, headers)[0], 403)
            flight = {**FLIGHT, "RequestedAt": "2016-12-25T12:00:00Z"}
            self.assertEqual(self.post(server, "/api/v1/predictions", flight)[0], 403)
            status, problem = self.post(
                server, "/api/v1/arrivals", [report_of(1, ArrDelay=1), report_of(2, ArrDelay="x")], headers
            )
            self.assertEqual((status, problem["errors"][0]["pointer"]), (400, "/1/ArrDelay"))

    def test_event_times(self):
        """Goal: with --accept-event-time, windows and horizons follow the times that clients tell."""
        with Server("--accept-event-time", "--arrival-horizon", "12h") as server:
            self.predict(server, range(1, 31), FlightDate="2008-04-01", RequestedAt="2008-04-01T12:00:00Z")
            late = {"FlightDate": "2008-04-01", "ArrDelay": 1, "ArrivedAt": "2008-04-01T17:00:00Z"}
            self.report(server, [
                report_of(n, **late, ReportedAt="2008-04-01T18:00:00Z" if n <= 25 else "2008-04-02T01:00:00Z")
                for n in range(1, 31)
            ])
            wait_until("those in time are judged", lambda: server.performance()["judged"] == 25)
            self.assertEqual(server.performance("?window=30d&by=day")["groups"][0]["name"], "2008-04-01")
            delays = {d["minutes"]: d["flights"] for d in server.performance()["label_delay"]}
            self.assertEqual(delays[540], 25, "six hours is below nine, and not below six")

    def test_original_fields(self):
        """Goal: with --response-fields original responses stay the original's; reports by id give
        the figures of classes, and those of probabilities are null."""
        with Server("--response-fields", "original") as server:
            server.judge_some(20)
            figures = server.performance()["figures"]
            self.assertIsNone(figures["log_loss"])
            self.assertGreaterEqual(figures["accuracy"], 0)
            [outcome] = self.predict(server, ["7"])
            self.assertEqual(list(outcome["prediction"])[-1], "Prediction")


if __name__ == "__main__":
    unittest.main()
