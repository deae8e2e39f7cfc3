# SPDX-License-Identifier: Apache-2.0
"""The JSON API from outside: what it does, and that /openapi.json says so of every answer."""

import concurrent.futures
import hashlib
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import unittest
import uuid

import jsonschema

from server import FORM, PROGRAM, SUBMIT, Server, SocketIoClient
from test_model_swap import training_rows

PREDICTIONS = "/api/v1/predictions"
FLIGHT = {**FORM, "DepDelay": 5}
JSON = {"Content-Type": "application/json"}


def packed_model():
    """A small bundle as docs/models.md says that it is sent: in one part."""
    with tempfile.TemporaryDirectory(prefix="flightcast-api-") as room:
        folder = pathlib.Path(room)
        (folder / "flights.csv").write_text(training_rows())
        subprocess.run(
            [PROGRAM, "train", "--data", folder / "flights.csv", "--out", folder / "packed", "--name", "packed",
             "--trees", "3", "--depth", "4", "--min-leaf", "10"],
            check=True, capture_output=True,
        )
        bundle, forest = ((folder / "packed" / name).read_bytes() for name in ("bundle.json", "forest.bin"))
    return b"flightcast bundle 1\n%d\n%d\n" % (len(bundle), len(forest)) + bundle + forest


class Described:
    """Asks the server, and checks each answer against the server's own description."""

    def __init__(self, server):
        self.server = server
        status, _, body = server.get("/openapi.json")
        assert status == 200
        self.description = json.loads(body)
        self.asked = set()

    def resolve(self, node):
        while "$ref" in node:
            target = self.description
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def template_of(self, path):
        """The described path that `path` is an instance of: the one with the fewest variables."""
        fits = [t for t in self.description["paths"]
                if re.fullmatch(re.sub(r"\{[^/]+\}", "[^/]+", t), path)]
        return min(fits, key=lambda template: template.count("{"))

    def check_schema(self, schema, value):
        whole = {**schema, "components": self.description["components"]}
        jsonschema.Draft202012Validator(
            whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        ).validate(value)

    def check(self, method, path, status, headers, body):
        template = self.template_of(path)
        operation = self.description["paths"][template][method.lower()]
        assert str(status) in operation["responses"], f"{method} {path}: {status} is not described"
        described = self.resolve(operation["responses"][str(status)])
        self.asked.add((method.lower(), template))
        for name in described.get("headers", {}):
            if name in ("Location", "Retry-After", "Link"):
                continue  # In some of the answers only.
            assert headers[name] is not None, f"{method} {path}: no {name}"
        if "content" not in described:
            assert body == b""
            return None
        media = headers["Content-Type"].split(";")[0]
        assert media in described["content"], f"{method} {path}: {media} is not described"
        schema = described["content"][media]["schema"]
        value = body.decode() if media.startswith("text/") else json.loads(body)
        self.check_schema(schema, value)
        return value

    def ask(self, method, path, body=None, headers=None):
        status, head, answer = self.server.request(method, path, body, headers)
        return status, head, self.check(method, path.partition("?")[0], status, head, answer)

    def post(self, flights, query="", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", PREDICTIONS + query, json.dumps(flights), {**JSON, **named})


class JsonApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.api = Described(cls.server)

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def outcome(self, url):
        status, _, outcome = self.api.ask("GET", url + "?wait=10s")
        self.assertEqual((status, outcome["status"]), (200, "predicted"), outcome)
        return outcome

    def test_the_description_is_sound(self):
        """Goal: every schema is one, every example fits its schema, every reference leads somewhere."""
        description = self.api.description
        self.assertEqual(description["openapi"], "3.1.0")

        def visit(node):
            if isinstance(node, list):
                for item in node:
                    visit(item)
            elif isinstance(node, dict):
                if "$ref" in node:
                    self.api.resolve(node)
                if "schema" in node:
                    jsonschema.Draft202012Validator.check_schema(node["schema"])
                    examples = [e["value"] for e in node.get("examples", {}).values()]
                    for example in examples + [node[k] for k in ("example",) if k in node]:
                        self.api.check_schema(node["schema"], example)
                for value in node.values():
                    visit(value)

        visit(description)
        for schema in description["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)

    def test_every_path_answers_as_described(self):
        """Goal: what is described is there, its good case is described, and other methods are not."""
        _, _, pending = self.api.post(FLIGHT)
        form = "DepDelay=5&Carrier=AA&FlightDate=2016-12-25&Origin=ATL&Dest=SFO"
        packed = packed_model()
        digest = hashlib.sha256(packed).hexdigest()
        for path, operations in self.api.description["paths"].items():
            url = path.replace("{id}", pending["id"])
            for method in operations:
                body, headers = (json.dumps(FLIGHT), JSON) if path == PREDICTIONS else (None, None)
                if path.endswith("/arrival"):
                    body, headers = json.dumps({"ArrDelay": 12}), JSON
                if path == "/api/v1/arrivals":
                    body, headers = json.dumps({"ArrDelay": 12, "UUID": pending["id"]}), self.server.admin_headers()
                if path.startswith("/api/v1/models") and method != "get":
                    body, headers = json.dumps({"model": "packed"}), self.server.admin_headers()
                if path == "/api/v1/models" and method == "post":
                    # Described before the parts, which have to come first.
                    self.send_part(digest, packed)
                    body = json.dumps({"digest": digest, "bytes": len(packed), "parts": 1})
                if path == "/api/v1/models/parts":
                    url, body = f"{path}?digest={digest}&part=0", packed
                if path == "/api/v1/experiments" and method == "post":
                    self.send_model(packed, digest)
                    body = json.dumps({"experiment": "e", "arms": [{"model": "packed"}]})
                    headers = self.server.admin_headers()
                if path.endswith("/stop"):
                    url, body, headers = "/api/v1/experiments/e/stop", "{}", self.server.admin_headers()
                if path == "/api/v1/airports/{id}":
                    url = "/api/v1/airports/SFO"
                if path == "/api/v1/routes/{id}":
                    url = "/api/v1/routes/ATL-SFO"
                if path.endswith("aliases/{id}"):
                    url = "/api/v1/models/aliases/nightly"
                if path.endswith("/removal"):
                    self.put_nothing("nightly")
                    url, body = "/api/v1/models/packed/removal", "{}"
                if path == "/api/v1/status":
                    headers = self.server.admin_headers()
                if path == SUBMIT:
                    body, headers = form, {"Content-Type": "application/x-www-form-urlencoded"}
                with self.subTest(f"{method} {path}"):
                    status, _, _ = self.api.ask(method.upper(), url, body, headers)
                    self.assertLess(status, 300)
            with self.subTest(f"DELETE {path}"):
                status, headers, _ = self.server.request("DELETE", url)
                self.assertEqual(status, 405)
                for method in operations:
                    self.assertIn(method.upper(), headers["Allow"])
        described = {(m, p) for p, ms in self.api.description["paths"].items() for m in ms}
        self.assertEqual(described - self.api.asked, set())

    def send_part(self, digest, packed):
        status, _, _ = self.server.request(
            "POST", f"/api/v1/models/parts?digest={digest}&part=0", packed, self.server.admin_headers()
        )
        self.assertEqual(status, 202)

    def send_model(self, packed, digest):
        """Again, after its removal."""
        body = json.dumps({"digest": digest, "bytes": len(packed), "parts": 1})
        status, _, answer = self.server.request("POST", "/api/v1/models", body, self.server.admin_headers())
        self.assertEqual(status, 200, answer)

    def put_nothing(self, alias):
        status, _, _ = self.server.request(
            "PUT", f"/api/v1/models/aliases/{alias}", json.dumps({"model": None}), self.server.admin_headers()
        )
        self.assertEqual(status, 200)

    def test_one_flight(self):
        """Goal: 202 with a place to look, and there the outcome; the same that is pushed."""
        status, headers, pending = self.api.post(FLIGHT)
        self.assertEqual((status, pending["status"]), (202, "pending"))
        self.assertEqual(headers["Location"], pending["url"])
        outcome = self.outcome(pending["url"])
        self.assertEqual(outcome["prediction"]["UUID"], pending["id"])
        self.assertEqual(outcome["class"], outcome["prediction"]["Prediction"])
        client = SocketIoClient(self.server)
        client.join(pending["id"])
        self.assertEqual(client.next_event()[0], "joined")
        self.assertEqual(client.next_event(), ["prediction_ready", outcome["prediction"]])
        client.close()

    def test_waiting(self):
        """Goal: with ?wait= the answer is the outcome, for one flight and for several, in order."""
        status, _, outcome = self.api.post(FLIGHT, "?wait=10s")
        self.assertEqual((status, outcome["status"]), (200, "predicted"))
        delays = [-20, 0, 45, 200]
        status, _, outcomes = self.api.post([{**FLIGHT, "DepDelay": d} for d in delays], "?wait=10s")
        self.assertEqual(status, 200)
        self.assertEqual([o["prediction"]["DepDelay"] for o in outcomes], delays)

    def test_a_thousand_together(self):
        """Goal: a full batch is accepted whole, each flight with an outcome of its own."""
        status, _, pending = self.api.post([{**FLIGHT, "DepDelay": i} for i in range(1_000)])
        self.assertEqual((status, len({one["id"] for one in pending})), (202, 1_000))
        for index in (0, 499, 999):
            self.assertEqual(self.outcome(pending[index]["url"])["prediction"]["DepDelay"], index)
        status, _, problem = self.api.post([FLIGHT] * 1_001)
        self.assertEqual(status, 413, problem)

    def test_every_wrong_field_is_named(self):
        """Goal: the problem points at each wrong field of each flight, and nothing is accepted."""
        bad = {"DepDelay": "5", "FlightDate": "2016-02-30", "Origin": "atl", "Dest": None, "x/y": 1}
        status, headers, problem = self.api.post([FLIGHT, bad])
        self.assertEqual(status, 400)
        self.assertEqual(headers["Content-Type"], "application/problem+json")
        self.assertEqual(
            {error["pointer"] for error in problem["errors"]},
            {"/1/DepDelay", "/1/Carrier", "/1/FlightDate", "/1/Origin", "/1/Dest", "/1/x~1y"},
        )
        for error in problem["errors"]:
            self.assertRegex(error["detail"], "give|accepted|did you mean|no such field", error)

    def test_bad_requests(self):
        """Goal: each kind of wrong request has its status, as a described problem."""
        cases = [
            (400, "POST", PREDICTIONS, "{", JSON),
            (400, "POST", PREDICTIONS, "[]", JSON),
            (400, "POST", PREDICTIONS + "?wait=11s", json.dumps(FLIGHT), JSON),
            (400, "POST", PREDICTIONS, json.dumps(FLIGHT), {**JSON, "Idempotency-Key": "a b"}),
            (406, "POST", PREDICTIONS, json.dumps(FLIGHT), {**JSON, "Accept": "text/html"}),
            (415, "POST", PREDICTIONS, json.dumps(FLIGHT), {"Content-Type": "text/plain"}),
            (413, "POST", PREDICTIONS, " " * 2_000_000, JSON),
            (400, "GET", PREDICTIONS + "/17", None, None),
            (400, "GET", "/api/v1/routes?limit=0", None, None),
            (406, "GET", "/api/v1/carriers", None, {"Accept": "text/csv"}),
        ]
        for expected, method, path, body, headers in cases:
            with self.subTest(f"{method} {path} {headers} {expected}"):
                status, _, problem = self.api.ask(method, path, body, headers)
                self.assertEqual((status, problem["status"]), (expected, expected))
        for method, path, expected in (("GET", "/api/v1/nothing", 404), ("PUT", PREDICTIONS, 405)):
            status, headers, body = self.server.request(method, path)
            self.assertEqual((status, headers["Content-Type"]), (expected, "application/problem+json"))
            self.api.check_schema({"$ref": "#/components/schemas/Problem"}, json.loads(body))

    def test_idempotency(self):
        """Goal: a key makes repeats one request, here and at the original's endpoint; else none are."""
        key = str(uuid.uuid4())
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.api.post(FLIGHT, Idempotency_Key=key), range(16)))
        self.assertEqual({status for status, _, _ in answers}, {202})
        self.assertEqual(len({answer["id"] for _, _, answer in answers}), 1)
        other = self.api.post({**FLIGHT, "DepDelay": 6}, Idempotency_Key=key)[2]
        self.assertNotEqual(other["id"], answers[0][2]["id"])
        self.assertNotEqual(self.api.post(FLIGHT)[2]["id"], self.api.post(FLIGHT)[2]["id"])
        form = "DepDelay=5&Carrier=AA&FlightDate=2016-12-25&Origin=ATL&Dest=SFO"
        _, _, body = self.server.request(
            "POST", SUBMIT, form,
            {"Content-Type": "application/x-www-form-urlencoded", "Idempotency-Key": key},
        )
        self.assertEqual(json.loads(body)["id"], answers[0][2]["id"])

    def test_catalog(self):
        """Goal: what may be submitted is listed, with ETags; the model names itself as predictions do."""
        carriers = self.api.ask("GET", "/api/v1/carriers")[2]["carriers"]
        self.assertIn({"code": "AA", "name": "American Airlines"}, carriers)
        airports = self.api.ask("GET", "/api/v1/airports")[2]["airports"]
        self.assertIn("Atlanta", [a["city"] for a in airports if a["code"] == "ATL"])
        routes, url = [], "/api/v1/routes?origin=ATL&limit=50"
        while url:
            page = self.api.ask("GET", url)[2]
            routes += page["routes"]
            url = page.get("next")
        self.assertEqual(len(routes), page["total"])
        self.assertIn({"origin": "ATL", "dest": "SFO", "distance_miles": 2139.0}, routes)
        _, _, outcome = self.api.post(FLIGHT, "?wait=10s")
        model = self.api.ask("GET", "/api/v1/model")[2]
        self.assertEqual(model["id"], outcome["prediction"]["Model"])
        for path in ("carriers", "airports", "routes", "model"):
            _, headers, _ = self.api.ask("GET", f"/api/v1/{path}")
            status, _, _ = self.api.ask(
                "GET", f"/api/v1/{path}", None, {"If-None-Match": headers["ETag"]}
            )
            self.assertEqual(status, 304)

    def test_unknown_ids_look_like_pending_ones(self):
        """Goal: whoever guesses ids learns nothing, by status, headers or body."""
        unknown = str(uuid.uuid4())
        status, headers, outcome = self.api.ask("GET", f"{PREDICTIONS}/{unknown}")
        self.assertEqual((status, outcome["status"], headers["Retry-After"]), (200, "pending", "1"))


class Secrets(unittest.TestCase):
    def id_for(self, server):
        return Described(server).post(FLIGHT, Idempotency_Key="k")[2]["id"]

    def test_the_secret_outlives_restarts_and_may_be_shared(self):
        """Goal: the same key means the same request after a restart and at every gateway that has the
        same --secret-file; another server's ids are others."""
        with tempfile.TemporaryDirectory() as folder:
            secret = pathlib.Path(folder, "secret")
            secret.write_text("s" * 32)
            with Server("--secret-file", str(secret)) as a, Server("--secret-file", str(secret)) as b:
                self.assertEqual(self.id_for(a), self.id_for(b))
                shared = self.id_for(a)
        with Server() as own:
            first = self.id_for(own)
            self.assertEqual(own.stop(), 0)
            own.start()
            self.assertEqual(self.id_for(own), first)
        self.assertNotEqual(first, shared)


class Bounds(unittest.TestCase):
    def test_a_wait_ends_without_an_outcome(self):
        """Goal: when nothing is scored in time the answer is 202, complete on the connection, and a
        client that left meanwhile disturbs nobody."""
        # A request whose outcome never comes: its id is one that nobody submitted.
        with Server() as server:
            api = Described(server)
            with socket.create_connection(("127.0.0.1", server.port)) as left:
                left.sendall(f"GET {PREDICTIONS}/{uuid.uuid4()}?wait=10s HTTP/1.1\r\nHost: x\r\n\r\n"
                             .encode())
            status, _, outcome = api.ask("GET", f"{PREDICTIONS}/{uuid.uuid4()}?wait=100ms")
            self.assertEqual((status, outcome["status"]), (200, "pending"))
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    unittest.main()
