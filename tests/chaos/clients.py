# SPDX-License-Identifier: Apache-2.0
"""Clients of a round: submitters over HTTP, waiters over Socket.IO, producers beside ours. Each has a
thread, a seed of its own, and goes on whatever happens to the servers."""

import contextlib
import datetime
import itertools
import json
import queue
import random
import threading
import urllib.parse
import uuid

import socketio
from confluent_kafka import Producer

import server as e2e

FORM = {"Carrier": "AA", "FlightDate": "2016-12-25", "Origin": "ATL", "Dest": "SFO"}
JSON = {"Content-Type": "application/json"}
FORMED = {"Content-Type": "application/x-www-form-urlencoded"}


class Delays:
    """A delay for each flight that no other one has; exact as a double."""

    def __init__(self):
        self.numbers = itertools.count()

    def next(self):
        return next(self.numbers) * 0.125


def record(request_id, delay):
    """A request as the original's web server writes it."""
    return json.dumps({
        "DepDelay": delay, "Carrier": "AA", "FlightDate": "2016-12-25", "Dest": "SFO",
        "FlightNum": None, "Origin": "ATL", "Distance": 2139.0, "DayOfYear": 360, "DayOfMonth": 25,
        "DayOfWeek": 6, "Timestamp": datetime.datetime.now().isoformat(), "UUID": request_id,
    }).encode()


class Client:
    """A thread that acts until it is told to stop."""

    def __init__(self, world, delays, seed):
        self.world, self.history, self.delays = world, world.history, delays
        self.rng = random.Random(seed)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def pause(self, mean_seconds):
        self.stopping.wait(min(self.rng.expovariate(1 / mean_seconds), 4 * mean_seconds))

    def stop(self):
        self.stopping.set()
        self.thread.join(30)


class Submitter(Client):
    """Posts forms and JSON to any gateway; hands the ids to the waiters."""

    def __init__(self, world, delays, seed, waiters, mean_seconds=0.1):
        self.waiters, self.mean_seconds = waiters, mean_seconds
        super().__init__(world, delays, seed)

    def run(self):
        while not self.stopping.is_set():
            gateways = self.world.all("gateway")
            if gateways:
                self.submit(self.rng.choice(gateways))
            self.pause(self.mean_seconds)

    def submit(self, gateway):
        delay, sent = self.delays.next(), self.history.now()
        flight = {"DepDelay": delay, **FORM}
        early = self.rng.random() < 0.5
        try:
            if self.rng.random() < 0.5:
                status, _, body = gateway.request(
                    "POST", "/api/v1/predictions", json.dumps(flight), JSON)
            else:
                status, _, body = gateway.request(
                    "POST", e2e.SUBMIT, urllib.parse.urlencode(flight), FORMED)
        except OSError:
            return
        if status not in (200, 202):
            return
        request_id = json.loads(body)["id"]
        self.history.add(
            "accepted", at=sent, id=request_id, delay=delay, by=gateway.name, durable=True
        )
        for waiter in self.rng.sample(self.waiters, min(len(self.waiters), 2 if early else 1)):
            waiter.wait_for(request_id)


class Waiter:
    """A Socket.IO client with python-socketio: joins what it is told, again after each connect."""

    def __init__(self, world, name, transports):
        self.world, self.history, self.name, self.transports = world, world.history, name, transports
        self.session = 0
        self.wanted, self.got = [], set()
        self.lock = threading.Lock()
        self.orders = queue.Queue()
        self.closing = False
        self.socket = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def wait_for(self, request_id):
        self.orders.put(request_id)

    def run(self):
        """One connection after the other, to any gateway that is up."""
        while not self.closing:
            gateways = self.world.all("gateway")
            if not gateways:
                self.world.over.wait(0.1)
                continue
            with contextlib.suppress(Exception):  # Whatever the library makes of a broken connection.
                self.live(random.choice(gateways))
            self.world.over.wait(0.1)

    def live(self, gateway):
        self.session += 1
        session = self.session
        gone = threading.Event()
        socket = socketio.Client(reconnection=False)
        socket.on("prediction_ready", lambda record: self.ready(session, record))
        socket.on("prediction_failed", lambda failure: self.failed(session, failure))
        socket.on("disconnect", lambda *_: gone.set())
        socket.connect(
            f"http://127.0.0.1:{gateway.port}", transports=self.transports, wait_timeout=5
        )
        self.socket = socket
        for request_id in [i for i in self.wanted if i not in self.got]:
            self.join(socket, session, request_id)
        socket.emit("join", {"request_id": str(uuid.uuid4())})  # A forged id: nothing may come of it.
        while not gone.is_set() and not self.closing:
            try:
                request_id = self.orders.get(timeout=0.05)
            except queue.Empty:
                continue
            self.wanted.append(request_id)
            if not gone.is_set():
                self.join(socket, session, request_id)
        if not self.closing:
            self.history.add("disconnected", client=self.name, session=session)

    def join(self, socket, session, request_id):
        self.history.add("joined", client=self.name, session=session, id=request_id)
        with contextlib.suppress(socketio.exceptions.SocketIOError):
            socket.emit("join", {"request_id": request_id})

    def ready(self, session, payload):
        self.pushed(session, payload["UUID"], "predicted", payload["DepDelay"], payload["ScoredAt"])

    def failed(self, session, payload):
        if payload.get("final"):
            self.pushed(session, payload["request_id"], "failed", None, None)

    def pushed(self, session, request_id, outcome, delay, scored_at):
        self.got.add(request_id)
        self.history.add(
            "pushed", client=self.name, session=session, id=request_id, outcome=outcome,
            delay=delay, scored_at=scored_at,
        )

    def stop(self):
        self.closing = True
        self.thread.join(10)
        if self.socket is not None:
            self.socket.disconnect()


class RawProducer(Client):
    """Another program that appends requests: ours is keyed and waits for all replicas, the original's
    has no key and waits for the leader."""

    def __init__(self, world, delays, seed, name, durable, mean_seconds=0.15):
        self.name, self.durable, self.mean_seconds = name, durable, mean_seconds
        super().__init__(world, delays, seed)

    def make(self):
        return Producer({
            "bootstrap.servers": self.world.bootstrap(), "log_level": 0, "linger.ms": 0,
            "acks": "all" if self.durable else "1", "enable.idempotence": self.durable,
            "message.timeout.ms": 15_000, "partitioner": "murmur2_random",
        })

    def run(self):
        producer = self.make()
        while not self.stopping.is_set():
            self.send(producer)
            producer.poll(0)
            self.pause(self.mean_seconds)
        producer.flush(20)

    def send(self, producer):
        request_id, delay, sent = str(uuid.uuid4()), self.delays.next(), self.history.now()

        def delivered(error, _):
            if error is None:
                self.history.add(
                    "accepted", at=sent, id=request_id, delay=delay, by=self.name,
                    durable=self.durable,
                )

        key = request_id if self.durable else None
        with contextlib.suppress(BufferError):
            producer.produce(
                self.world.requests, record(request_id, delay), key=key, on_delivery=delivered
            )
