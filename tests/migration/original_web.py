# SPDX-License-Identifier: Apache-2.0
"""A web server that treats Kafka, MongoDB and its pages as the original's does: requests without a
key, as json.dumps writes them, acks=1, protocol 0.10; a consumer that begins at the end of the
responses; polling answers from MongoDB; what is emitted to a room that nobody has joined is gone.
Written to the contract, for tests only: its pages are not there, and a join is a GET that lasts until
the push.

usage: original_web.py PORT KAFKA MONGO

    POST /flights/delays/predict/classify_realtime         as the original
    GET  /flights/delays/predict/classify_realtime/response/ID
    GET  /join/ID      joins this room; the record that is pushed to it, or 404 after 60 s without one
    GET  /dropped      how many records were emitted to a room without members
    GET  /ready        once the consumer reads
"""

import collections
import datetime
import http.server
import json
import queue
import sys
import threading
import urllib.parse
import uuid

import kafka
import pymongo
from bson import json_util

REQUEST, RESPONSE = "flight-delay-ml-request", "flight-delay-ml-response"
SUBMIT = "/flights/delays/predict/classify_realtime"
JOIN_SECONDS = 60


class Rooms:
    """Who has joined which room; an emit reaches those who are in it at that moment."""

    def __init__(self):
        self.lock = threading.Lock()
        self.members = collections.defaultdict(list)
        self.dropped = 0

    def join(self, room):
        member = queue.Queue()
        with self.lock:
            self.members[room].append(member)
        return member

    def emit(self, room, payload):
        with self.lock:
            members = self.members.pop(room, [])
            self.dropped += not members
        for member in members:
            member.put(payload)


class Original:
    def __init__(self, brokers, mongo):
        self.database = pymongo.MongoClient(mongo)["agile_data_science"]
        self.producer = kafka.KafkaProducer(bootstrap_servers=brokers, acks=1, api_version=(0, 10))
        self.brokers = brokers
        self.rooms = Rooms()
        self.ready = threading.Event()
        threading.Thread(target=self.consume, daemon=True).start()

    def consume(self):
        """As the original's thread: one value that is no JSON ends it."""
        consumer = kafka.KafkaConsumer(
            bootstrap_servers=self.brokers, api_version=(0, 10), auto_offset_reset="latest",
            value_deserializer=lambda value: json.loads(value.decode("utf-8")),
        )
        partitions = [kafka.TopicPartition(RESPONSE, p) for p in consumer.partitions_for_topic(RESPONSE)]
        consumer.assign(partitions)
        consumer.seek_to_end(*partitions)
        for partition in partitions:
            consumer.position(partition)
        self.ready.set()
        for record in consumer:
            if record.value.get("UUID"):
                self.rooms.emit(record.value["UUID"], record.value)

    def submit(self, form):
        field = lambda name: form.get(name, [None])[0]  # noqa: E731
        route = self.database.origin_dest_distances.find_one(
            {"Origin": field("Origin"), "Dest": field("Dest")}
        )
        day = datetime.date.fromisoformat(field("FlightDate"))
        features = {
            "DepDelay": float(field("DepDelay")), "Carrier": field("Carrier"),
            "FlightDate": field("FlightDate"), "Dest": field("Dest"), "FlightNum": field("FlightNum"),
            "Origin": field("Origin"), "Distance": route["Distance"],
            "DayOfYear": day.timetuple().tm_yday, "DayOfMonth": day.day, "DayOfWeek": day.weekday(),
            "Timestamp": datetime.datetime.now().isoformat(), "UUID": str(uuid.uuid4()),
        }
        self.producer.send(REQUEST, json.dumps(features).encode())
        return json.dumps({"status": "OK", "id": features["UUID"]})

    def poll(self, request_id):
        found = self.database.flight_delay_ml_response.find_one({"UUID": request_id})
        if found is None:
            return json.dumps({"status": "WAIT", "id": request_id})
        options = json_util.RELAXED_JSON_OPTIONS
        return json_util.dumps({"status": "OK", "id": request_id, "prediction": found}, json_options=options)

    def wait_for_push(self, room):
        """The record as JSON; None when none came in time."""
        try:
            return json.dumps(self.rooms.join(room).get(timeout=JOIN_SECONDS))
        except queue.Empty:
            return None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    original = None

    def log_message(self, *_):
        pass

    def answer(self, body, status=200):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        size = int(self.headers["Content-Length"])
        form = urllib.parse.parse_qs(self.rfile.read(size).decode())
        self.answer(self.original.submit(form))

    def do_GET(self):
        name = self.path.rsplit("/", 1)[1]
        if self.path == "/ready":
            self.answer("", 200 if self.original.ready.is_set() else 503)
        elif self.path == "/dropped":
            self.answer(str(self.original.rooms.dropped))
        elif self.path.startswith(SUBMIT + "/response/"):
            self.answer(self.original.poll(name))
        elif self.path.startswith("/join/"):
            pushed = self.original.wait_for_push(name)
            self.answer(pushed or "", 200 if pushed else 404)
        else:
            self.answer("", 404)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main(port, brokers, mongo):
    Handler.original = Original(brokers, mongo)
    Server(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
