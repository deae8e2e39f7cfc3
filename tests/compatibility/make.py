#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a folder of what one version of the program writes: model bundles, data folders, the records
of all topics and the documents of both collections. README.md says what is in it.

usage: make.py PROGRAM FOLDER        with the Python that 'tests/migration/kits.py' prints

PROGRAM is that version. Starts a real Kafka and a server that speaks MongoDB's protocol. It needs the
original's saved model and flown flights in shared/data beside the source folder.
"""

import csv
import gzip
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
import uuid

import bson
import kafka
import pymongo

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("integration", "migration")]
os.environ["FLIGHTCAST"] = os.path.abspath(sys.argv[1])

import kits  # noqa: E402
import roles  # noqa: E402
from roles import e2e  # noqa: E402

SEED = ROOT.parent / "shared/data/seed_models"
FLOWN = ROOT.parent / "shared/data/flights_2015.csv.gz"
TOPICS = ("flight-delay-ml-request", "flight-delay-ml-response", "flight-delay-ml-dead-letter")
TRACE = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
FORMS = [
    {},
    {"DepDelay": "-0", "FlightNum": "1519"},
    {"DepDelay": "1e3", "Carrier": "Zoë", "Origin": "SFO", "Dest": "ATL"},
    {"DepDelay": None, "Carrier": None},
    {"FlightDate": "20160229", "CRSDepTime": "0905"},
    {"FlightDate": "2016-02-29T17:45", "DepDelay": "42.125", "Carrier": ""},
    {"DepDelay": "180", "Carrier": "WN", "Origin": "JFK", "Dest": "LAX"},
]
BATCH = [
    {"DepDelay": 12, "Carrier": "DL", "FlightDate": "2017-03-01", "Origin": "ATL", "Dest": "JFK"},
    {"DepDelay": -7.5, "Carrier": "UA", "FlightDate": "2017-03-02", "Origin": "ORD", "Dest": "DEN",
     "CRSDepTime": "1830"},
]
REPEATED = {"Idempotency-Key": "order-7"}
# What no gateway of ours writes: as the original's web server, and what nobody can score.
FOREIGN = [
    '{"DepDelay": 5.0, "Carrier": "AA", "FlightDate": "2016-12-25", "Dest": "SFO", "FlightNum": null, '
    '"Origin": "ATL", "Distance": 2139.0, "DayOfYear": 360, "DayOfMonth": 25, "DayOfWeek": 6, '
    '"Timestamp": "2025-12-30T15:07:40.123456", "UUID": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2"}',
    '{"DepDelay": "5", "DayOfWeek": 6.0, "UUID": "8e90da7e-63f5-45f9-8f3d-7d948120e5a3"}',
    '{"DepDelay": 5.0, "FlightDate": "2016-02-30", "UUID": "8e90da7e-63f5-45f9-8f3d-7d948120e5a4"}',
    '{"DepDelay": 5.0, "FlightDate": "2016-12-25"}',
    "no JSON at all",
]


def text_of(value):
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def program(*arguments):
    done = subprocess.run([e2e.PROGRAM, *map(str, arguments)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def make_bundles(out):
    """A small forest of our own and the original's, and what both answer to a file of flights."""
    program("import", "spark", SEED, "--out", out / "spark", "--mode", "as-deployed", "--name", "seed")
    with gzip.open(FLOWN, "rt") as file:
        rows = list(csv.reader(file))
    with tempfile.TemporaryDirectory() as work:
        learned = pathlib.Path(work) / "flights.csv"
        write_csv(learned, [rows[0], *rows[1:100_000:20]])
        program("train", "--data", learned, "--out", out / "trained", "--trees", 4, "--depth", 6,
                "--name", "small")
    delay = rows[0].index("DepDelay")
    asked = [list(row) for row in rows[100_001:110_000:250]]
    for row in asked[7::11]:
        row[delay] = ""
    write_csv(out / "flights.csv", [rows[0], *asked])
    predict(out, "trained", "flights.csv")


def write_csv(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def predict(out, bundle, flights):
    answers = program("predict", "--model", out / bundle, "--data", out / flights)
    (out / f"predicted-{bundle}.csv").write_bytes(answers)


def submit(server):
    """Everything that this version accepts; what was sent, with the ids that it got."""
    sent = []
    for changes in FORMS:
        status, answer = server.submit(**changes)
        assert status == 200, answer
        form = {k: v for k, v in {**e2e.FORM, **changes}.items() if v is not None}
        sent.append({"form": form, "id": answer["id"]})
    for headers, body in ((TRACE, BATCH), (REPEATED, BATCH[0]), (REPEATED, BATCH[0])):
        status, _, answer = server.request(
            "POST", "/api/v1/predictions", json.dumps(body),
            {"Content-Type": "application/json", **headers},
        )
        assert status == 202, answer
        answers = json.loads(answer)
        for flight, given in zip(body if isinstance(body, list) else [body],
                                 answers if isinstance(answers, list) else [answers]):
            sent.append({"json": flight, "headers": headers, "id": given["id"]})
    return sent


def seen_by_clients(server, ids):
    """What the polling endpoint, the JSON API and a late join give for each."""
    seen = {}
    for request_id in dict.fromkeys(ids):
        client = e2e.SocketIoClient(server)
        client.join(request_id)
        joined, pushed = client.next_packet(), client.next_packet()
        client.close()
        polled = f"{e2e.SUBMIT}/response/{request_id}"
        if "prediction_ready" in pushed:
            server.wait_for_outcome(request_id)
        seen[request_id] = {
            "poll": server.get(polled)[2].decode(),
            "api": server.get(f"/api/v1/predictions/{request_id}")[2].decode(),
            "joined": joined,
            "pushed": pushed,
        }
    return seen


def topics(action, *options):
    return json.loads(program("topics", action, "--json", *options))


def tail(topic, *options):
    text = program("topics", "tail", "--json", "--topic", topic, "--from-beginning", "--no-follow",
                   *options)
    return [json.loads(line) for line in text.splitlines()]


def append_requests(database, values, like=1):
    """Appends to an embedded log as another writer would: with the form of its record `like`."""
    (topic,) = database.execute("SELECT id FROM topic WHERE name = ?", TOPICS[:1]).fetchone()
    for value in values:
        found = value if isinstance(value, str) else value.decode()
        key = json.loads(found).get("UUID") if found.startswith("{") else None
        database.execute(
            f"INSERT INTO log_{topic}_0 SELECT (SELECT max(at) + 1 FROM log_{topic}_0), time_ms, ?, ?,"
            f" headers FROM log_{topic}_0 WHERE at = ?", (key, found, like),
        )
    database.commit()


def pack(folder, target):
    """Without what only says that a process ran."""
    def plain(entry):
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        return entry

    with tarfile.open(target, "w:xz") as archive:
        for path in sorted(pathlib.Path(folder).iterdir()):
            archive.add(path, path.name, filter=plain)


def describe_folder(folder, sent, seen):
    options = ("--data-dir", folder)
    return {
        "sent": sent,
        "clients": seen,
        "lag": topics("lag", *options),
        "topics": {topic: tail(topic, *options) for topic in TOPICS},
    }


def make_stopped_folder(out):
    """A data folder of a server that was stopped in order."""
    with e2e.Server("--model", out / "trained") as server:
        sent = submit(server)
        server.stop()
        database = sqlite3.connect(pathlib.Path(server.data_dir, "flightcast.db"))
        append_requests(database, FOREIGN)
        database.close()
        server.start()
        ids = [entry["id"] for entry in sent] + [json.loads(FOREIGN[i])["UUID"] for i in range(3)]
        seen = seen_by_clients(server, ids)
        # The archiver takes dead letters a moment later than it answers joins from the cache.
        roles.wait_until("all is archived", lambda: not any(
            entry["lag"] for entry in topics("lag", "--data-dir", server.data_dir)))
        seen = seen_by_clients(server, ids)
        server.stop()
        (out / "stopped.json").write_text(text_of(describe_folder(server.data_dir, sent, seen)))
        pack(server.data_dir, out / "stopped.tar.xz")


def make_killed_folder(out):
    """One of a server that was killed, with what it left in the write-ahead log, and with two
    requests that it had not scored."""
    with e2e.Server("--model", out / "trained") as server, tempfile.TemporaryDirectory() as copy:
        sent = submit(server)
        server.kill()
        file = pathlib.Path(server.data_dir, "flightcast.db")
        holder = sqlite3.connect(file)  # keeps the write-ahead log where it is
        holder.execute("SELECT count(*) FROM topic").fetchone()
        writer = sqlite3.connect(file)
        waiting = [str(uuid.uuid4()), str(uuid.uuid4())]
        append_requests(writer, [FOREIGN[0].replace(json.loads(FOREIGN[0])["UUID"], new)
                                 for new in waiting])
        writer.close()
        shutil.copytree(server.data_dir, copy, dirs_exist_ok=True)
        holder.close()
        pathlib.Path(copy, "flightcast.db-shm").unlink(missing_ok=True)
        pack(copy, out / "killed.tar.xz")
        sent += [{"id": new} for new in waiting]
        (out / "killed.json").write_text(text_of(describe_folder(copy, sent, {})))


class KafkaRun:
    """Gateway and scorer on a cluster with topics and a database of their own."""

    def __init__(self, services, tag, *scorer_options):
        self.services, self.tag, self.scorer_options = services, tag, scorer_options
        self.names = [f"{topic}-{tag}" for topic in TOPICS]
        self.kafka = ["--kafka", services.kafka]
        for flag, name in zip(("request", "response", "dead-letter"), self.names):
            self.kafka += [f"--{flag}-topic", name]
        for flag in ("arrival", "evaluation"):
            self.kafka += [f"--{flag}-topic", f"{flag}-{tag}"]
        self.groups = ["--scorer-group", f"scorer-{tag}", "--archiver-group", f"archiver-{tag}",
                       "--evaluator-group", f"evaluator-{tag}", "--historian-group", f"historian-{tag}"]
        self.options = [*self.kafka, *self.groups, "--mongo", services.mongo, "--mongo-database",
                        f"flights_{tag}", "--partitions", "2"]
        self.database = pymongo.MongoClient(services.mongo)[f"flights_{tag}"]

    def run(self, folder):
        routes = (ROOT / "data/origin_dest_distances.jsonl").read_text().splitlines()
        self.database.origin_dest_distances.insert_many(
            [json.loads(route) for route in routes if '"ATL"' in route or '"JFK"' in route
             or '"DEN"' in route]
        )
        secret = folder.parent / "secret"
        secret.write_text("a secret of this fixture alone, 32 bytes\n")
        gateway = roles.RoleProcess("gateway", *self.options, "--secret-file", str(secret))
        scorer = roles.RoleProcess("scorer", *self.options, *map(str, self.scorer_options))
        folder.mkdir()
        with gateway, scorer:
            sent = submit(gateway)
            self.produce_foreign()
            ids = [entry["id"] for entry in sent] + [json.loads(FOREIGN[i])["UUID"] for i in range(3)]
            seen_by_clients(gateway, ids)
            roles.wait_until("all is archived", lambda: not any(
                entry["lag"] for group in (f"scorer-{self.tag}", f"archiver-{self.tag}")
                for entry in self.lag(group)))
            (folder / "sent.json").write_text(text_of(sent))
            (folder / "clients.json").write_text(text_of(seen_by_clients(gateway, ids)))
        self.dump(folder)

    def lag(self, group):
        names = self.names[:1] if group.startswith("scorer") else self.names[1:]
        return [entry for name in names for entry in
                topics("lag", *self.kafka, "--group", group, "--topic", name)]

    def produce_foreign(self):
        producer = kafka.KafkaProducer(bootstrap_servers=self.services.kafka)
        for value in FOREIGN:
            producer.send(self.names[0], value.encode())
        producer.close()

    def dump(self, folder):
        for topic, name in zip(self.names, ("requests", "responses", "dead-letters")):
            with (folder / f"{name}.jsonl").open("w") as file:
                for record in self.records(topic):
                    file.write(json.dumps(record, ensure_ascii=False) + "\n")
        lags = self.lag(f"scorer-{self.tag}") + self.lag(f"archiver-{self.tag}")
        (folder / "lag.json").write_text(text_of(lags))
        indexes = {}
        for name in ("flight_delay_ml_response", "flight_delay_ml_failure"):
            collection = self.database[name]
            indexes[name] = collection.index_information()
            with (folder / f"{name}.jsonl").open("w") as file:
                for document in collection.find().sort("_id", 1):
                    file.write(bson.json_util.dumps(
                        document, json_options=bson.json_util.CANONICAL_JSON_OPTIONS,
                        ensure_ascii=False) + "\n")
        (folder / "indexes.json").write_text(text_of(indexes))

    def records(self, topic):
        consumer = kafka.KafkaConsumer(
            topic, bootstrap_servers=self.services.kafka, auto_offset_reset="earliest", group_id=None,
            consumer_timeout_ms=5_000,
        )
        found = [
            {
                "topic": record.topic,
                "partition": record.partition,
                "offset": record.offset,
                "appended_ms": record.timestamp,
                "key": record.key and record.key.decode(),
                "value": record.value and record.value.decode(),
                "headers": [[name, value.decode()] for name, value in record.headers],
            }
            for record in consumer
        ]
        consumer.close()
        return sorted(found, key=lambda record: (record["partition"], record["offset"]))


def make_kafka_runs(out):
    services = kits.Services("4.3.1")
    try:
        KafkaRun(services, "all", "--model", out / "trained").run(out / "kafka-all")
        KafkaRun(
            services, "original", "--model", out / "spark", "--response-fields", "original",
            "--original-readers",
        ).run(out / "kafka-original")
    finally:
        services.down()
    with (out / "kafka-original/requests.jsonl").open() as file:
        values = [json.loads(line)["value"] for line in file]
    asked = [value for value in values if '"DayOfWeek": ' in value]
    (out / "requests.jsonl").write_text("".join(value + "\n" for value in asked))
    predict(out, "spark", "requests.jsonl")


def main(out):
    out.mkdir(parents=True)
    started = time.monotonic()
    for make in (make_bundles, make_stopped_folder, make_killed_folder, make_kafka_runs):
        make(out)
        print(f"{make.__name__}: done after {time.monotonic() - started:.0f} s", flush=True)
    (out / "version.txt").write_bytes(program("--version"))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[2]).resolve())
