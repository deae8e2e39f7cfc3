# SPDX-License-Identifier: Apache-2.0
"""Gateways and scorers as processes of their own, and what tests ask of the topics they share.

A real Kafka is named by FLIGHTCAST_TEST_KAFKA, a server that speaks MongoDB's protocol by
FLIGHTCAST_TEST_MONGO; './dev test integration' starts both.
"""

import base64
import collections
import concurrent.futures
import ctypes
import http.client
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import unittest
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/end_to_end"), str(ROOT / "tools/services")]
import server as e2e  # noqa: E402

KAFKA = os.environ.get("FLIGHTCAST_TEST_KAFKA", "")
MONGO = os.environ.get("FLIGHTCAST_TEST_MONGO", "")
PATIENCE_SECONDS = 180  # a bound, not an expectation
BATCH = 1_000  # the most flights of one submission
FLIGHT = {"DepDelay": 5, "Carrier": "AA", "FlightDate": "2016-12-25", "Origin": "ATL", "Dest": "SFO"}

needs_kafka = unittest.skipUnless(
    KAFKA, "FLIGHTCAST_TEST_KAFKA names no broker; './dev services up' starts one"
)
needs_mongo = unittest.skipUnless(
    MONGO, "FLIGHTCAST_TEST_MONGO names no server; './dev services up' starts one"
)


def wait_until(what, is_so):
    """As that of the end-to-end tests, with the patience that brokers need."""
    return e2e.wait_until(what, is_so, PATIENCE_SECONDS, pause=0.05)


def run(*arguments):
    """A command of the program's that ends by itself: exit code, output, errors."""
    done = subprocess.run(
        [e2e.PROGRAM, *arguments], capture_output=True, text=True, check=False,
        timeout=PATIENCE_SECONDS,
    )
    return done.returncode, done.stdout, done.stderr


class RoleProcess(e2e.Server):
    """`flightcast ROLE`; a scorer answers /readyz on its operations port."""

    def __init__(self, role, *options):
        super().__init__(*options)
        self.role = role

    def command(self):
        command = [e2e.PROGRAM, self.role, *self.options]
        if self.role == "scorer":
            return [*command, "--operations-port", str(self.port)]
        command += ["--port", str(self.port)]
        return [*command, "--data-dir", self.data_dir] if self.role == "serve" else command

    def checks(self):
        """Status and checks of /readyz; 0 while nothing listens yet."""
        if self.process.poll() is not None:
            raise RuntimeError(f"the {self.role} ended with {self.process.returncode}: {self.output()}")
        try:
            status, _, body = self.get("/readyz")
        except OSError:
            return 0, {}
        return status, json.loads(body)["checks"]

    def metric(self, name):
        """The sum over all labels."""
        text = self.get("/metrics")[2].decode()
        lines = (line for line in text.splitlines() if line.startswith(name))
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def submit_many(self, count):
        """So many flights in one submission; their ids once all are accepted."""
        flights = [{**FLIGHT, "DepDelay": number % 240} for number in range(count)]
        status, _, body = self.request(
            "POST", "/api/v1/predictions", json.dumps(flights), {"Content-Type": "application/json"}
        )
        assert status == 202, body
        return [entry["id"] for entry in json.loads(body)]

    def outcome(self, request_id):
        """What the JSON API says became of a request."""
        return json.loads(self.get(f"/api/v1/predictions/{request_id}")[2])


class World:
    """Topics, groups and a database of one test, and the options that name them."""

    def __init__(self, *options, kafka=KAFKA, mongo=MONGO, accept_timeout="30s"):
        tag = uuid.uuid4().hex[:12]
        self.responses, self.dead_letters, self.requests = (f"{name}-{tag}" for name in "rdq")
        self.arrivals, self.evaluations = f"arrivals-{tag}", f"evaluations-{tag}"
        self.models, self.parts, self.shadows = (f"{name}-{tag}" for name in ("models", "parts", "shadows"))
        self.kafka = [
            "--kafka", kafka, "--request-topic", self.requests, "--response-topic", self.responses,
            "--dead-letter-topic", self.dead_letters, "--arrival-topic", self.arrivals,
            "--evaluation-topic", self.evaluations,
        ]
        self.scorers, self.archivers, self.evaluators, self.historians = (
            f"{name}-{tag}" for name in "saeh")
        self.options = [
            *self.kafka, "--scorer-group", self.scorers, "--archiver-group", self.archivers,
            "--evaluator-group", self.evaluators, "--historian-group", self.historians,
            "--shadow-group", f"shadow-{tag}",
            "--decider-group", f"decider-{tag}", "--shadow-topic", self.shadows,
            "--models-topic", self.models, "--model-parts-topic", self.parts,
            "--accept-timeout", accept_timeout, "--log-level", "warning", *options,
        ]
        if mongo:
            self.options += ["--mongo", mongo, "--mongo-database", f"fc_{tag}"]

    def process(self, role, *options):
        return RoleProcess(role, *self.options, *options)

    def former_options(self):
        """Without those of arrivals, which programs of before do not have."""
        named = {
            "--arrival-topic", "--evaluation-topic", "--evaluator-group", "--historian-group",
            "--shadow-group", "--decider-group", "--shadow-topic", "--models-topic", "--model-parts-topic",
        }
        words = iter(self.options)
        return [word for word in words if word not in named or not next(words)]

    def topics(self, action, *options):
        code, text, errors = run("topics", action, *self.kafka, *options)
        assert code == 0, errors
        return text

    def records(self, topic):
        """All records of a topic, as a reader of what is committed sees them."""
        text = self.topics("tail", "--topic", topic, "--from-beginning", "--no-follow", "--json")
        return [json.loads(line) for line in text.splitlines()]

    def lag(self, group, topic):
        text = self.topics("lag", "--json", "--group", group, "--topic", topic)
        return sum(entry["lag"] for entry in json.loads(text))

    def seek(self, to):
        """Sends the scorers' group somewhere else: exit code, output, errors."""
        return run("topics", "seek", "--kafka", self.kafka[1], "--group", self.scorers,
                   "--topic", self.requests, "--to", to)

    def waiting(self):
        """How many requests the scorers have not answered for yet."""
        return self.lag(self.scorers, self.requests)

    def unarchived(self):
        """How many predictions the archivers have not stored yet."""
        return self.lag(self.archivers, self.responses)

    def outcomes(self):
        """All outcomes, by request, in the order of the log."""
        found = collections.defaultdict(list)
        for topic in (self.responses, self.dead_letters):
            for record in self.records(topic):
                found[record["key"]].append(record)
        return found

    def produce(self, topic, value):
        """Appends a record that no gateway would; with librdkafka itself."""
        self.produce_all(topic, [{"value": value}])

    def produce_all(self, topic, records):
        """Appends records with what they have of partition, key, value and headers ([name, value])."""
        library = ctypes.CDLL("librdkafka.so.1")
        for name in ("rd_kafka_conf_new", "rd_kafka_new"):
            getattr(library, name).restype = ctypes.c_void_p
        pointer = ctypes.c_void_p
        text = ctypes.create_string_buffer(512)
        conf = pointer(library.rd_kafka_conf_new())
        library.rd_kafka_conf_set(conf, b"bootstrap.servers", self.kafka[1].encode(), text, 512)
        client = pointer(library.rd_kafka_new(0, conf, text, 512))
        for record in records:
            failed = library.rd_kafka_producev(client, *producev_arguments(topic, record))
            assert not failed, record
        assert library.rd_kafka_flush(client, 60_000) == 0, "not produced"
        library.rd_kafka_destroy(client)


def producev_arguments(topic, record):
    """What rd_kafka_producev takes for a record: pairs of a kind (rd_kafka_vtype_t) and its values."""
    end, topic_kind, partition, value, key, flags, header = 0, 1, 3, 4, 5, 7, 9
    copied = 2
    arguments = [topic_kind, ctypes.c_char_p(topic.encode()), flags, copied]
    if "partition" in record:
        arguments += [partition, record["partition"]]
    for kind, name in ((value, "value"), (key, "key")):
        if record.get(name) is not None:
            data = record[name].encode()
            arguments += [kind, ctypes.c_char_p(data), ctypes.c_size_t(len(data))]
    for name, content in record.get("headers", []):
        data = content.encode()
        arguments += [header, ctypes.c_char_p(name.encode()), ctypes.c_char_p(data),
                      ctypes.c_ssize_t(len(data))]
    return [*arguments, end]


def scored_at(document):
    """What the record in the log has for ScoredAt as well, from its store's document: a DateTime has
    milliseconds, and no zeros at its end."""
    return '"ScoredAt":"' + document["ScoredAt"]["$date"].rstrip("Z")


def stored_outcomes(server, ids):
    """What the polling endpoint answers for each, asked together: the server looks those up at once."""
    with concurrent.futures.ThreadPoolExecutor(64) as clients:
        return dict(zip(ids, clients.map(server.wait_for_outcome, ids)))


def load(gateway, *flags):
    """`flightcast load`: exit code, report, and what it said while it ran."""
    done = subprocess.run(
        [e2e.PROGRAM, "load", "--url", f"http://127.0.0.1:{gateway.port}", "--json", *flags],
        capture_output=True, text=True, check=False,
    )
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


class WebSocketClient(e2e.EventClient):
    """A Socket.IO client over a websocket, as plain as it can be."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), e2e.START_SECONDS)
        self.stream = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        status = self.stream.readline().split()[1]
        assert status == b"101", status
        http.client.parse_headers(self.stream)
        assert self.frame().startswith("0")
        self.send("40")
        assert self.next_packet().startswith("40")

    def frame(self):
        """The text of the next frame; ConnectionError once the server has gone."""
        while True:
            head = self.stream.read(2)
            if len(head) < 2:
                raise ConnectionError("the server is gone")
            size = head[1] & 0x7F
            if size >= 126:
                extra = 2 if size == 126 else 8
                size = int.from_bytes(self.stream.read(extra), "big")
            payload = self.stream.read(size)
            if head[0] & 0x0F == 8:
                raise ConnectionError("the server has closed")
            if head[0] & 0x0F == 1:
                return payload.decode()

    def send(self, packet):
        data = packet.encode()
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
        self.socket.sendall(b"\x81" + size + b"\0\0\0\0" + data)  # The mask may be zero.

    def next_packet(self):
        while (packet := self.frame()) == "2":
            self.send("3")
        return packet

    def close(self):
        self.stream.close()
        self.socket.close()
