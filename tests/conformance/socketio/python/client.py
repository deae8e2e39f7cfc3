# SPDX-License-Identifier: Apache-2.0
"""Uses python-socketio's clients against a server; other_clients.test.js runs it.

usage: client.py [--asyncio] polling|websocket|upgrade ECHO_URL FLIGHTCAST_URL

With --asyncio it is socketio.AsyncClient (on aiohttp), else socketio.Client (with threads).

Prints "ok NAME" or "not ok NAME: REASON" for each check. At "restart" it waits for a line on its
input: meanwhile the echo server is to be stopped and started again.
"""

import asyncio
import inspect
import queue
import sys
import threading
import urllib.parse
import urllib.request

import socketio

PATIENCE = 20  # seconds; nothing takes long, but the machine may be busy

TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": None}


class OnLoop:
    """A socketio.AsyncClient with the face of a socketio.Client: its loop has a thread of its own."""

    def __init__(self, **options):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.client = self._wait(self._make(options))

    @staticmethod
    async def _make(options):
        return socketio.AsyncClient(**options)

    def _wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(2 * PATIENCE)

    def __getattr__(self, name):
        member = getattr(self.client, name)
        if not inspect.iscoroutinefunction(member):
            return member
        return lambda *args, **options: self._wait(member(*args, **options))


class Client:
    """A client whose events end up in queues."""

    kind = socketio.Client

    def __init__(self, way, url, namespaces=("/",), auth=None):
        self.io = self.kind(reconnection_delay=0.05, reconnection_delay_max=0.1)
        self.events = queue.Queue()
        self.disconnects = queue.Queue()
        for namespace in namespaces:
            self.io.on("*", self._note(namespace), namespace=namespace)
            self.io.on("connect", self._note_connect(namespace), namespace=namespace)
        self.io.on("disconnect", lambda *_: self.disconnects.put(True))
        self.io.connect(
            url, auth=auth, transports=TRANSPORTS[way], namespaces=list(namespaces),
            wait_timeout=PATIENCE,
        )

    def _note(self, namespace):
        return lambda event, *args: self.events.put((namespace, event, list(args)))

    def _note_connect(self, namespace):
        return lambda: self.events.put((namespace, "connect", []))

    def next(self, event, namespace="/"):
        """The arguments of the next such event; others before it are skipped."""
        while True:
            where, name, args = self.events.get(timeout=PATIENCE)
            if (where, name) == (namespace, event):
                return args

    def ask(self, *args, namespace="/"):
        return self.io.call("message-with-ack", args, namespace=namespace, timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.io.disconnect()


def same(got, wanted):
    if got != wanted:
        raise AssertionError(f"got {got!r:.300}, not {wanted!r:.300}")


def connects_with_auth(way, echo, _):
    auth = {"token": "päss", "depth": [1, {"a": None}]}
    with Client(way, echo, auth=auth) as client:
        same(client.next("auth"), [auth])
        same(len(client.io.get_sid()), 20)


def gets_events_back(way, echo, _):
    with Client(way, echo) as client:
        for args in ((), (1, "zwei€😀", None, True, {"a": [1.5]}), ("x" * 200_000,)):
            client.io.emit("message", args)
            same(client.next("message-back"), list(args))


def is_acknowledged(way, echo, _):
    with Client(way, echo) as client:
        same(client.ask("a", 2), ("a", 2))
        same([client.ask(n) for n in range(20)], list(range(20)))


def takes_bursts(way, echo, _):
    """More than a client takes of one poll (python-engineio: 16 packets), text and binary."""
    with Client(way, echo) as client:
        for n in range(100):
            client.io.emit("message", (n, b"\x01") if n % 10 == 0 else n)
        for n in range(100):
            same(client.next("message-back"), [n, b"\x01"] if n % 10 == 0 else [n])
        assert client.disconnects.empty()


def carries_binary(way, echo, _):
    with Client(way, echo) as client:
        for args in ((b"\x01\x02",), (b"", "between", {"deep": [b"\x00\xff", b"y" * 100_000]})):
            client.io.emit("message", args)
            same(client.next("message-back"), list(args))
            got = client.ask(*args)
            same(got if len(args) > 1 else (got,), args)


def keeps_namespaces_apart(way, echo, _):
    with Client(way, echo, namespaces=("/", "/custom"), auth={"n": 1}) as client:
        got = sorted(client.events.get(timeout=PATIENCE) for _ in range(4))
        same([(where, event) for where, event, _ in got], [
            ("/", "auth"), ("/", "connect"), ("/custom", "auth"), ("/custom", "connect"),
        ])
        assert client.io.get_sid("/") != client.io.get_sid("/custom")


def is_refused_by_unknown_namespaces(way, echo, _):
    try:
        Client(way, echo, namespaces=("/nowhere",))
    except socketio.exceptions.ConnectionError:
        return
    raise AssertionError("it connected")


def uses_the_transport(way, echo, _):
    with Client(way, echo) as client:
        client.ask("any")
        same(client.io.transport(), "polling" if way == "polling" else "websocket")


def comes_back(way, echo, _):
    with Client(way, echo) as client:
        client.next("auth")
        print("restart", flush=True)
        sys.stdin.readline()
        client.disconnects.get(timeout=PATIENCE)
        client.next("auth")
        same(client.ask("again"), "again")


def gets_the_prediction_of_its_room(way, _, flightcast):
    form = {"DepDelay": 5, "Carrier": "AA", "FlightDate": "2016-12-25", "Origin": "ATL", "Dest": "SFO"}
    path = "/flights/delays/predict/classify_realtime"
    body = urllib.parse.urlencode(form).encode()
    answer = urllib.request.urlopen(flightcast + path, body, timeout=PATIENCE).read().decode()
    uuid = answer.split('"id": "')[1][:36]
    with Client(way, flightcast) as mine, Client(way, flightcast) as other:
        other.io.emit("join", {"request_id": uuid[:-4] + "0000"})
        same(other.next("joined"), [{"room": uuid[:-4] + "0000"}])
        mine.io.call("join", {"request_id": uuid}, timeout=PATIENCE)
        same(mine.next("joined"), [{"room": uuid}])
        [prediction] = mine.next("prediction_ready")
        same((prediction["UUID"], prediction["Route"]), (uuid, "ATL-SFO"))
        assert other.events.empty()


CHECKS = (
    connects_with_auth, gets_events_back, is_acknowledged, takes_bursts, carries_binary,
    keeps_namespaces_apart,
    is_refused_by_unknown_namespaces, uses_the_transport, comes_back,
    gets_the_prediction_of_its_room,
)


def main():
    failed = 0
    if sys.argv[1] == "--asyncio":
        Client.kind = OnLoop
        del sys.argv[1]
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            check(*sys.argv[1:])
            print(f"ok {name}", flush=True)
        except Exception as error:  # Whatever it is, the other checks go on.
            failed += 1
            print(f"not ok {name}: {type(error).__name__} {error}", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
