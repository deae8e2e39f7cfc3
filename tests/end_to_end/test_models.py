# SPDX-License-Identifier: Apache-2.0
"""The registry of models: versions, aliases, promotions under load, and what bad input gets."""

import itertools
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import unittest

from server import PROGRAM, Server, wait_until
from test_model_swap import FLIGHTS, training_rows

PROMOTIONS = 50
JSON = {"Content-Type": "application/json"}


class Models(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory(prefix="flightcast-models-")
        cls.addClassCleanup(cls.room.cleanup)
        cls.folder = pathlib.Path(cls.room.name)
        (cls.folder / "flights.csv").write_text(training_rows())
        for name, seed in (("one", 1), ("two", 2)):
            subprocess.run(
                [PROGRAM, "train", "--data", cls.folder / "flights.csv", "--out", cls.folder / name,
                 "--name", name, "--seed", str(seed), "--trees", "7", "--depth", "6", "--min-leaf", "10"],
                check=True, capture_output=True,
            )
        cls.rows = cls.folder / "rows.jsonl"
        flights = [{**flight, "DepDelay": float(flight["DepDelay"])} for flight in FLIGHTS]
        cls.rows.write_text("".join(json.dumps(flight) + "\n" for flight in flights))
        cls.by_model = dict(cls.expected(cls.folder / name) for name in ("one", "two"))
        cls.names = list(cls.by_model)

    @classmethod
    def expected(cls, model):
        """The model's name, and the probabilities by flight that `flightcast predict` gives."""
        ran = subprocess.run(
            [PROGRAM, "predict", "--model", model, "--data", cls.rows, "--format", "jsonl"],
            check=True, capture_output=True,
        )
        answers = [json.loads(line) for line in ran.stdout.splitlines()]
        return answers[0]["Model"], [answer["Probabilities"] for answer in answers]

    def models(self, *arguments, data_dir, status=0):
        ran = subprocess.run(
            [PROGRAM, "models", *map(str, arguments), "--data-dir", data_dir], capture_output=True, text=True,
            env={**os.environ, "USER": "ann"},
        )
        self.assertEqual(ran.returncode, status, ran.stdout + ran.stderr)
        return ran.stdout if status == 0 else ran.stderr

    def answered_by(self, server):
        return server.wait_for_outcome(server.submit()[1]["id"])["prediction"]["Model"]

    def state(self, server, query=""):
        status, _, body = server.get("/api/v1/models" + query)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def put(self, server, alias, value, headers=None):
        status, _, body = server.request(
            "PUT", "/api/v1/models/aliases/" + alias, json.dumps(value), headers or server.admin_headers()
        )
        return status, json.loads(body)

    def test_the_way_of_a_version(self):
        """Goal: versions are added without a server and by a running one, promoted, rolled back and
        removed; a restart begins with the champion; past moments are known, and who changed what."""
        with tempfile.TemporaryDirectory(prefix="flightcast-models-") as data_dir:
            one, two = self.names
            self.models("add", self.folder / "one", "--reason", "the first", data_dir=data_dir)
            self.models("promote", one, data_dir=data_dir)
            with Server(data_dir=data_dir) as server:
                self.assertEqual(self.answered_by(server), one, "a server begins with the champion")
                inside = None
                self.models("add", self.folder / "two", data_dir=data_dir)
                self.models("promote", two.split("@")[1], "--reason", "newer", data_dir=data_dir)
                wait_until("the promotion takes effect", lambda: self.answered_by(server) == two)
                state = self.state(server)
                self.assertEqual((state["champion"], state["in_use"]), (two, two))
                since = state["aliases"][0]["since"]
                self.assertEqual(state["aliases"][0]["author"], "ann")
                self.assertEqual(state["aliases"][0]["before"], one)
                self.assertEqual(server.stop(), 0)
                server.start()
                self.assertEqual(self.answered_by(server), two, "so does the next one")
                self.assertIn("two@", self.models("list", data_dir=data_dir))
                self.models("rollback", "--reason", "worse", data_dir=data_dir)
                wait_until("the rollback takes effect", lambda: self.answered_by(server) == one)
                self.models("rollback", data_dir=data_dir)
                wait_until(
                    "the model inside the program answers", lambda: self.answered_by(server) not in self.names
                )
                inside = self.answered_by(server)
                self.assertIn("no promotion to take back", self.models("rollback", data_dir=data_dir, status=1))
                self.assertEqual(self.state(server, "?at=" + since)["champion"], two)
                self.assertIsNone(self.state(server)["champion"])
                history = self.models("history", data_dir=data_dir)
                self.assertRegex(history, r"ann +champion is two@\w+ \(newer\)")
                self.assertRegex(history, r"ann +champion back to one@\w+ \(worse\)")
                self.assertIn("log_loss", self.models("diff", "one", "two", data_dir=data_dir))
                self.assertIn("learned from 2015-01-", self.models("show", "one", data_dir=data_dir))
                self.models("remove", "two", data_dir=data_dir)
                self.assertIn("was removed", self.models("promote", two, data_dir=data_dir, status=1))
                self.assertEqual(self.answered_by(server), inside)

    def test_promotions_under_load(self):
        """Goal: with 50 promotions and 50 rollbacks while flights come in, each flight gets exactly
        what the model that its answer names would say, and every one gets an answer."""
        with Server() as server:
            for name in ("one", "two"):
                self.models("add", self.folder / name, data_dir=server.data_dir)
            self.assertEqual(self.put(server, "champion", {"model": self.names[0]})[0], 200)
            ended = threading.Event()
            posted = []

            def post():
                for index in itertools.cycle(range(len(FLIGHTS))):
                    if ended.is_set():
                        return
                    status, answer = server.submit(**FLIGHTS[index])
                    posted.append((index, status, answer.get("id")))

            clients = [threading.Thread(target=post) for _ in range(3)]
            wait_until("the first one answers", lambda: self.answered_by(server) == self.names[0])
            for client in clients:
                client.start()
            try:
                for turn in range(2 * PROMOTIONS):
                    change = {"rollback": True} if turn % 2 else {"model": self.names[1]}
                    status, record = self.put(server, "champion", change)
                    self.assertEqual(status, 200, record)
                    wanted = record["Model"]
                    self.assertEqual(wanted, self.names[1 - turn % 2])
                    wait_until("it is in use", lambda: self.state(server)["in_use"] == wanted, pause=0.002)
            finally:
                ended.set()
                for client in clients:
                    client.join()
            seen = set()
            for index, status, request_id in posted:
                self.assertEqual(status, 200)
                prediction = server.wait_for_outcome(request_id)["prediction"]
                self.assertEqual(prediction["Probabilities"], self.by_model[prediction["Model"]][index])
                seen.add(prediction["Model"])
            self.assertEqual(seen, set(self.names), f"{len(posted)} flights")

    def changed(self, name, old, new, padding=0):
        """A copy of a bundle with something else in its bundle.json."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        text = (self.folder / "one" / "bundle.json").read_text()
        self.assertIn(old, text)
        (folder / "bundle.json").write_text(text.replace(old, new, 1) + " " * padding)
        (folder / "forest.bin").write_bytes((self.folder / "one" / "forest.bin").read_bytes())
        return folder

    def test_bad_input_changes_nothing(self):
        """Goal: strangers, unknown and damaged models, and faulty bodies are refused with what to
        do, and the present champion answers on."""
        with Server() as server:
            before = self.answered_by(server)
            self.assertEqual(self.put(server, "champion", {"model": "x"}, JSON)[0], 401)
            cases = [
                ("champion", {"model": "x@000000000000"}, 404, "models list"),
                ("champion", {"model": 3}, 400, "'model'"),
                ("champion", {}, 400, "'rollback'"),
                ("champion", {"rollback": True}, 404, "promote a version"),
                ("cham%20pion", {"model": None}, 409, ""),
                ("champion", {"model": None, "reason": "x" * 600}, 400, "'reason'"),
            ]
            for alias, body, status, words in cases:
                answer = self.put(server, alias, body)
                self.assertEqual(answer[0], status, answer)
                self.assertIn(words, answer[1]["detail"])
            damaged = self.folder / "damaged"
            damaged.mkdir(exist_ok=True)
            (damaged / "bundle.json").write_text((self.folder / "one" / "bundle.json").read_text())
            (damaged / "forest.bin").write_bytes((self.folder / "one" / "forest.bin").read_bytes()[:-9])
            cases = [
                (damaged, "damaged"),
                (self.folder / "absent", "absent"),
                (self.changed("newer", '"format_version": 1', '"format_version": 9'), "upgrade flightcast"),
                (self.changed("features", '"feature_set": ', '"feature_set": 9'), "upgrade flightcast"),
                (self.changed("unknown", '"name":"DepDelay"', '"name":"MoonPhase"'), "copy all files of the model again"),
                (self.changed("foreign", "{", "["), "train a new one"),
            ]
            for folder, words in cases:
                self.assertIn(words, self.models("add", folder, data_dir=server.data_dir, status=1))
            large = self.changed("large", "}", "}", padding=68_000_000)
            self.assertIn("train with fewer trees", self.models("add", large, data_dir=server.data_dir, status=2))
            headers = {**server.admin_headers(), "Content-Type": "application/octet-stream"}
            part = "/api/v1/models/parts?digest=" + "0" * 64
            self.assertEqual(server.request("POST", part + "&part=0", "bytes", headers)[0], 202)
            self.assertEqual(server.request("POST", part + "&part=x", "bytes", headers)[0], 400)
            self.assertEqual(server.request("POST", part + "&part=0", "", headers)[0], 413)
            for size, status in ((5, 400), (100_000_000, 400)):
                body = {"digest": "0" * 64, "bytes": size, "parts": 1}
                answer = server.request("POST", "/api/v1/models", json.dumps(body), server.admin_headers())
                self.assertEqual(answer[0], status, answer)
            self.assertEqual(self.state(server)["records"], 0)
            self.assertEqual(self.answered_by(server), before)

    def test_a_pinned_server(self):
        """Goal: with --model the aliases are not followed, and a promotion is answered with why."""
        with Server("--model", str(self.folder / "one")) as server:
            self.models("add", self.folder / "two", data_dir=server.data_dir)
            status, answer = self.put(server, "champion", {"model": self.names[1]})
            self.assertEqual(status, 409)
            self.assertIn("without --model", answer["detail"])
            self.assertEqual(self.put(server, "challenger", {"model": self.names[1]})[0], 200)
            self.assertIn("--model", self.state(server)["pinned"])
            self.assertEqual(self.answered_by(server), self.names[0])


if __name__ == "__main__":
    unittest.main()
