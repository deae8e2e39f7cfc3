# SPDX-License-Identifier: Apache-2.0
"""`flightcast predict`, the whole program: the same answers as serving, and good manners."""

import concurrent.futures
import contextlib
import csv
import gzip
import http.client
import io
import json
import pathlib
import subprocess
import tempfile
import threading
import unittest
import urllib.parse

from server import PROGRAM, ROOT, START_SECONDS, SUBMIT, Server

FLIGHTS = ROOT / "tests/end_to_end/testdata/flights_2015_04.csv.gz"
CLIENTS = 8


def predict(*arguments, stdin=None):
    """Exit code, standard output and standard error of `flightcast predict`."""
    ran = subprocess.run(
        [PROGRAM, "predict", *map(str, arguments)], input=stdin, capture_output=True, timeout=300
    )
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


def held_out_rows():
    """Real flights, some with a missing delay or a carrier that no model knows."""
    with gzip.open(FLIGHTS, "rt") as file:
        rows = list(csv.DictReader(file))
    for index, row in enumerate(rows):
        if index % 50 == 7:
            row["DepDelay"] = ""
        if index % 50 == 9:
            row["Reporting_Airline"] = "Z" + str(index % 3)
        if index % 50 == 11:
            row["DepDelay"] += ".25"
    return rows


def form_of(row):
    form = {
        "DepDelay": row["DepDelay"],
        "Carrier": row["Reporting_Airline"],
        "FlightDate": row["FlightDate"],
        "Origin": row["Origin"],
        "Dest": row["Dest"],
        "CRSDepTime": row["CRSDepTime"].zfill(4),
    }
    return urllib.parse.urlencode(form)


class Client:
    """A connection of its own for each thread."""

    def __init__(self, port):
        self.port = port
        self.local = threading.local()
        self.connections = []

    def connection(self):
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=START_SECONDS
            )
            self.connections.append(self.local.connection)
        return self.local.connection

    def ask(self, method, path, body=None):
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        self.connection().request(method, path, body=body, headers=headers)
        return json.loads(self.connection().getresponse().read())

    def close(self):
        for connection in self.connections:
            connection.close()


class NoSkew(unittest.TestCase):
    def test_predict_and_serve_give_the_same_bits(self):
        """Goal: 10,000 flights get bit for bit the same probabilities, offline and through HTTP,
        log, scorer and store."""
        rows = held_out_rows()
        self.assertEqual(len(rows), 10_000)
        offline = self.offline(rows)
        online = self.online(rows)
        model = {prediction["Model"] for prediction in online}
        self.assertEqual(model, {offline[0]["Model"]})
        for row, ours, served in zip(rows, offline, online):
            probabilities = [float(ours[f"Probability{c}"]) for c in range(4)]
            self.assertEqual(probabilities, served["Probabilities"], row)
            self.assertEqual(float(ours["Prediction"]), served["Prediction"], row)
            self.assertEqual(float(ours["Distance"]), served["Distance"], row)

    def offline(self, rows):
        text = io.StringIO()
        writer = csv.DictWriter(text, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
        code, output, errors = predict("--data", "-", stdin=text.getvalue().encode())
        self.assertEqual(code, 0, errors)
        scored = list(csv.DictReader(io.StringIO(output)))
        self.assertEqual([int(r["Line"]) for r in scored], list(range(2, len(rows) + 2)))
        return scored

    def online(self, rows):
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(Server())
            client = stack.enter_context(contextlib.closing(Client(server.port)))
            pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(CLIENTS))
            posted = list(pool.map(lambda row: client.ask("POST", SUBMIT, form_of(row)), rows))
            self.assertEqual({answer["status"] for answer in posted}, {"OK"})
            server.wait_for_outcome(posted[-1]["id"])

            def outcome(answer):
                found = client.ask("GET", f"{SUBMIT}/response/{answer['id']}")
                return found if found["status"] == "OK" else server.wait_for_outcome(answer["id"])

            return [found["prediction"] for found in pool.map(outcome, posted)]


class Manners(unittest.TestCase):
    HEADER = "FlightDate,Carrier,Origin,Dest,DepDelay\n"

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-predict-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def test_files_and_formats(self):
        """Goal: --out decides the form; a gz file and a pipe give what the plain file gives."""
        text = self.HEADER + "2015-04-01,AA,ATL,SFO,5\n"
        plain = self.write("a.csv", text)
        with gzip.open(self.folder / "a.csv.gz", "wt") as file:
            file.write(text)
        out = self.folder / "out.jsonl"
        code, output, errors = predict("--data", plain, self.folder / "a.csv.gz", "--out", out)
        self.assertEqual((code, output), (0, ""), errors)
        first, second = map(json.loads, out.read_text().splitlines())
        self.assertEqual(first.pop("File"), "a.csv")
        self.assertEqual(second.pop("File"), "a.csv.gz")
        self.assertEqual(first, second)
        code, output, _ = predict("--data", "-", "--format", "jsonl", stdin=text.encode())
        self.assertEqual({**first, "File": "-"}, json.loads(output))
        again = self.write("again.jsonl", json.dumps({**first, "UUID": None}) + "\n")
        code, output, _ = predict("--data", again, "--format", "jsonl")
        self.assertEqual(json.loads(output)["Probabilities"], first["Probabilities"])

    def test_bad_input_leaves_no_output(self):
        """Goal: what cannot be done ends with 1 and a sentence, and nothing half written."""
        out = self.folder / "out.csv"
        bad_rows = self.write("bad.csv", self.HEADER + "2015-04-01,AA,ATL,SFO,x\n" * 3)
        cut = self.write("cut.csv.gz", "")
        with gzip.open(FLIGHTS) as file:
            cut.write_bytes(gzip.compress(file.read())[:-5_000])
        cases = [
            (["--data", bad_rows, "--bad-rows-max", "2"], "bad.csv:4: bad DepDelay"),
            (["--data", self.folder / "absent.csv"], "absent.csv: No such file"),
            (["--data", cut], "cannot read " + str(cut) + " to its end"),
            (["--data", self.folder], "is a directory"),
            (["--data", bad_rows, "--model", self.folder], "bundle.json"),
        ]
        for arguments, sentence in cases:
            with self.subTest(sentence):
                code, _, errors = predict(*arguments, "--out", out)
                self.assertEqual(code, 1, errors)
                self.assertIn(sentence, errors)
                left = {path.name for path in self.folder.iterdir()} - {bad_rows.name, cut.name}
                self.assertEqual(left, set())
        self.assertEqual(predict("--data", bad_rows, "--format", "xml")[0], 2)
        code, _, errors = predict("--data", bad_rows, "--out", out / "no" / "folder.csv")
        self.assertEqual(code, 1, errors)
        code, _, errors = predict("--data", FLIGHTS, "--out", "/dev/full")
        self.assertEqual(code, 1, errors)
        self.assertIn("No space left", errors)


if __name__ == "__main__":
    unittest.main()
