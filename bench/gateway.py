#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the gateway beside socket.io on Node and Flask-SocketIO, and under many clients.

P1  memory of an idle Socket.IO connection     P2  CPU of an emit to a room
H1  POSTs accepted per second                  many  10,000 websockets, idle and at 1,000 results/s
storm  10,000 clients after a kill -9         abandon  100,000 upgrades begun and left

Servers are compared in turn, A/B/C A/B/C, in one run. The peers are fetched from npm and PyPI into
the cache folder. Only an outcome that is lost, or a server that fails, makes this exit with 1.
"""

import asyncio
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.parse

import serve
import sockets
from serve import BenchmarkFailed, Figure, Server

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = pathlib.Path(serve.PROGRAM).parent / "examples"
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "flightcast"
PEERS = CACHE / "bench-peers"
PAYLOAD = {
    "Origin": "ATL", "DayOfWeek": 6, "DayOfYear": 360, "DayOfMonth": 25, "Dest": "SFO", "DepDelay": 5,
    "Timestamp": "2025-12-30T14:07:40.123Z", "FlightDate": "2016-12-25", "Carrier": "AA",
    "UUID": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2", "Distance": 2139, "Route": "ATL-SFO",
    "Prediction": 2, "Probabilities": [0.1, 0.2, 0.6, 0.1],
}
NAMES = {"ours": "flightcast", "node": "socket.io on Node", "flask": "Flask-SocketIO"}


def prepare_peers():
    """Fetches the other servers unless they are there."""
    wanted = "".join((HERE / "peers" / name).read_text() for name in ("package.json", "requirements.txt"))
    stamp = PEERS / "stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(PEERS, ignore_errors=True)
    shutil.copytree(HERE / "peers", PEERS)
    commands = (
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(PEERS)],
        [sys.executable, "-m", "venv", str(PEERS / "venv")],
        [str(PEERS / "venv/bin/pip"), "install", "-q", "--disable-pip-version-check",
         "-r", str(PEERS / "requirements.txt")],
    )
    for command in commands:
        print("setting up:", " ".join(command), file=sys.stderr)
        subprocess.run(command, check=True, stdout=sys.stderr)
    stamp.write_text(wanted)


def room_server(kind):
    """The same room server by each of the three."""
    for name in ("room_server.js", "room_server.py"):  # What runs is what is in the tree.
        shutil.copy(HERE / "peers" / name, PEERS / name)
    commands = {
        "ours": [str(EXAMPLES / "room_server"), "--port", "PORT"],
        "node": ["node", str(PEERS / "room_server.js"), "PORT"],
        "flask": [str(PEERS / "venv/bin/python"), str(PEERS / "room_server.py"), "PORT"],
    }
    return Server(commands[kind], "/")


async def join_rooms(port, count):
    async def one(number):
        client = await sockets.connect(port, number)
        client.say("421" + sockets.event("join", str(number))[2:])
        await client.until(b"431[")
        return client

    # Flask's server keeps few connections waiting to be accepted.
    return await sockets.gathered(one, count, at_once=32)


def bench_memory(arguments, _):
    """P1: private memory for each idle connection that has joined one room."""
    figures = {
        kind: Figure("P1" if kind == "ours" else "", f"idle connection, kB: {NAMES[kind]}",
                     "≤ 6" if kind == "ours" else "",
                     (lambda kb: kb <= 6) if kind == "ours" else None, digits=1)
        for kind in NAMES
    }

    async def measure(kind, server):
        before_clients = await join_rooms(server.port, 200)  # Warm: pools and code pages are there.
        before = sockets.resident_kb(server.process.pid)
        clients = await join_rooms(server.port, arguments.connections)
        await asyncio.sleep(1)
        grown = sockets.resident_kb(server.process.pid) - before
        figures[kind].values.append(grown / arguments.connections)
        for client in before_clients + clients:
            client.reset()

    for _ in range(arguments.repeats):
        for kind in NAMES:
            with room_server(kind) as server:
                sockets.run(measure(kind, server))
    return list(figures.values())


async def burst(server, rooms, rounds, each):
    """CPU seconds of the server for rooms * rounds * each emits, all of them received."""
    clients = await join_rooms(server.port, rooms)
    wanted, got = rooms * rounds * each, 0
    done = asyncio.get_running_loop().create_future()
    tails = [b""] * rooms

    def counter(number):
        def count(data):
            nonlocal got
            data = tails[number] + data
            got += data.count(sockets.MARK)
            tails[number] = data[-(len(sockets.MARK) - 1):]
            if got >= wanted and not done.done():
                done.set_result(None)
        return count

    for number, client in enumerate(clients):
        client.on_bytes = counter(number)
    control = await sockets.connect(server.port, 0)
    before = sockets.cpu_seconds(server.process.pid)
    control.say(sockets.event("burst", rooms, rounds, each, PAYLOAD))
    await asyncio.wait_for(done, 120)
    used = sockets.cpu_seconds(server.process.pid) - before
    for client in [*clients, control]:
        client.reset()
    return used


def bench_emits(arguments, _):
    """P2: server CPU for an emit to a room with one client."""
    shapes = {"one by one": 1, "ten at once for each client": 10}
    total = {"ours": 200_000, "node": 100_000, "flask": 20_000}
    rows = []
    for what, each in shapes.items():
        figures = {
            kind: Figure("", f"CPU per emit, {what}, µs: {NAMES[kind]}", "") for kind in NAMES
        }
        least = 2 if each == 1 else 3
        ratio = Figure("P2", f"emits per CPU second, {what}: ratio to Node", f"≥ {least}",
                       lambda value, least=least: value >= least, higher_is_better=True)
        for _ in range(arguments.repeats):
            for kind in NAMES:
                with room_server(kind) as server:
                    rounds = total[kind] // 100 // each
                    sockets.run(burst(server, 100, max(rounds // 20, 1), each))  # Warm.
                    used = sockets.run(burst(server, 100, rounds, each))
                figures[kind].values.append(used / (100 * rounds * each) * 1e6)
            ratio.values.append(figures["node"].values[-1] / figures["ours"].values[-1])
        rows += [*figures.values(), ratio]
    return rows


def bench_accept_rate(arguments, data_dir):
    """H1: POSTs accepted per second at 64 connections; the others only parse and answer."""
    flags = ["--rate", "0", "--post-only", "--connections", "64", "--duration", arguments.duration]
    figures = {
        kind: Figure("", f"POSTs accepted per second: {name}", "", higher_is_better=True, digits=0)
        for kind, name in {"ours": "flightcast, durable", "node": "Node http, parses only",
                           "flask": "Flask on eventlet, parses only"}.items()
    }
    to_node = Figure("H1", "ratio to Node", "≥ 1", lambda r: r >= 1, higher_is_better=True)
    to_flask = Figure("H1", "ratio to Flask", "≥ 10", lambda r: r >= 10, higher_is_better=True)
    for _ in range(arguments.repeats):
        servers = {
            "ours": lambda: serve.flightcast(data_dir),
            "node": lambda: serve.node("node"),
            "flask": lambda: room_server("flask"),
        }
        for kind, start in servers.items():
            with start() as server:
                figures[kind].values.append(serve.load(server, *flags)["accepted_per_second"])
        to_node.values.append(figures["ours"].values[-1] / figures["node"].values[-1])
        to_flask.values.append(figures["ours"].values[-1] / figures["flask"].values[-1])
    return [*figures.values(), to_node, to_flask]


def bench_many(arguments, data_dir):
    """10,000 websockets: memory while idle, then 1,000 results per second, one after the other to
    each of them."""
    memory = Figure("", f"{arguments.many:,} idle websockets: resident MB", "", digits=1)
    cpu = Figure("", "the same, CPU seconds per idle second", "", digits=3)
    p50 = Figure("", f"1,000 results/s to {arguments.many:,} websockets: POST → push, p50 ms", "")
    p99 = Figure("", "the same, p99 ms", "")
    used = Figure("", "the same, server CPU per request, ms", "")
    busy = Figure("", "the same, resident MB", "", digits=1)

    async def idle(server):
        clients = await sockets.gathered(lambda n: sockets.connect(server.port, n), arguments.many)
        memory.values.append(sockets.resident_kb(server.process.pid) / 1e3)
        before = sockets.cpu_seconds(server.process.pid)
        await asyncio.sleep(5)
        cpu.values.append((sockets.cpu_seconds(server.process.pid) - before) / 5)
        closed = sum(client.closed.done() for client in clients)
        if closed:
            raise BenchmarkFailed(f"{closed} of {arguments.many} idle connections were closed")
        for client in clients:
            client.reset()

    def results(server):
        report = serve.load(
            server, "--rate", "1000", "--duration", arguments.duration, "--connections",
            str(arguments.many), "--http-connections", "64", "--local-address", "127.0.0.2-127.0.0.9",
        )
        latency = report["latency_us"]
        used.values.append(report["server"]["cpu_seconds"] * 1e3 / latency["post"]["count"])
        p50.values.append(latency["outcome"]["p50"] / 1e3)
        p99.values.append(latency["outcome"]["p99"] / 1e3)
        busy.values.append(report["server"]["resident_bytes"] / 1e6)

    for _ in range(arguments.repeats):
        with serve.flightcast(data_dir) as server:
            sockets.run(idle(server))
        with serve.flightcast(data_dir) as server:
            results(server)
    return [memory, cpu, p50, p99, used, busy]


async def submit_all(port, count):
    """So many flights over 64 connections; their ids."""
    form = urllib.parse.urlencode(
        {"DepDelay": 5, "Carrier": "AA", "FlightDate": "2016-12-25", "Origin": "ATL", "Dest": "SFO"}
    )
    request = (
        "POST /flights/delays/predict/classify_realtime HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}"
    ).encode()
    ids = []

    async def line(number):
        client = await sockets.dial(port, number)
        while len(ids) < count:
            ids.append(None)
            at = len(ids) - 1
            client.transport.write(request)
            answer = await client.until(b'"}')
            ids[at] = json.loads(answer[answer.index(b"{"):])["id"]
        client.reset()

    await asyncio.gather(*(line(number) for number in range(64)))
    return ids


def bench_storm(arguments, data_dir):
    """The server is killed and started again; all clients come back at once and join what they
    wait for."""
    took = Figure("", f"{arguments.many:,} clients come back after a kill -9: "
                  "s until every result is delivered", "")
    memory = Figure("", "the same, resident MB at the end", "", digits=1)

    async def run(server):
        clients = await sockets.gathered(lambda n: sockets.connect(server.port, n), arguments.many)
        ids = await submit_all(server.port, arguments.many)
        server.process.kill()
        server.process.wait()
        await asyncio.gather(*(client.closed for client in clients))
        await asyncio.to_thread(server.__enter__)
        began = time.monotonic()

        async def come_back(number):
            client = await sockets.connect(server.port, number)
            client.say(sockets.event("join", {"request_id": ids[number]}))
            got = await client.until(b'"UUID":"' + ids[number].encode())
            if b"prediction_ready" not in got:
                raise BenchmarkFailed(f"{ids[number]} got {got[:200]!r}")
            return client

        back = await asyncio.wait_for(
            sockets.gathered(come_back, arguments.many, at_once=arguments.many), 300
        )
        took.values.append(time.monotonic() - began)
        memory.values.append(sockets.resident_kb(server.process.pid) / 1e3)
        for client in back:
            client.reset()

    with serve.flightcast(data_dir) as server:
        sockets.run(run(server))
    return [took, memory]


def bench_abandon(arguments, data_dir):
    """Sessions that begin over polling, ask for the upgrade, and are left alone."""
    count = arguments.abandon
    grown = Figure("", f"{count:,} abandoned upgrades: private MB grown after the first tenth", "≤ 5",
                   lambda mb: mb <= 5, digits=1)
    rate = Figure("", "the same, abandoned per second", "", higher_is_better=True, digits=0)
    handshake = b"GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n"

    async def one(port, number):
        polling = await sockets.dial(port, number)
        polling.transport.write(handshake)
        opened = await polling.until(b'"maxPayload"')
        sid = opened[opened.index(b'"sid":"') + 7:][:20].decode()
        socket = await sockets.dial(port, number)
        socket.transport.write(sockets.upgrade_request(f"&sid={sid}"))
        await socket.until(b"\r\n\r\n")
        if number % 2:
            socket.say("2probe")
            await socket.until(b"3probe")
        socket.reset()
        polling.reset()

    async def run(server):
        began = time.monotonic()
        await sockets.gathered(lambda n: one(server.port, n), count // 10)
        await asyncio.sleep(2)
        first = sockets.resident_kb(server.process.pid)
        await sockets.gathered(lambda n: one(server.port, n), count - count // 10)
        rate.values.append(count / (time.monotonic() - began - 2))
        await asyncio.sleep(2)
        grown.values.append((sockets.resident_kb(server.process.pid) - first) / 1e3)

    # Sessions go by their heartbeat, so it is short here: what is left of each must go.
    flags = ("--ping-interval", "500ms", "--ping-timeout", "500ms", "--sessions-max", "1000000")
    with serve.flightcast(data_dir, *flags) as server:
        sockets.run(run(server))
    return [grown, rate]


BENCHMARKS = {
    "P1": bench_memory, "P2": bench_emits, "H1": bench_accept_rate, "many": bench_many,
    "storm": bench_storm, "abandon": bench_abandon,
}


def main():
    arguments = serve.parse_arguments(
        __doc__, BENCHMARKS,
        ("--connections", 2_000, "of P1, default 2,000"),
        ("--many", 10_000, "clients of many and storm, default 10,000"),
        ("--abandon", 100_000, "upgrades to abandon, default 100,000"),
    )
    files = sockets.allow_many_files()
    if files < arguments.many + 1_000:
        sys.exit(f"only {files} open files are allowed; raise the limit or lower --many")
    prepare_peers()
    serve.print_table(arguments, BENCHMARKS)


if __name__ == "__main__":
    serve.run("gateway.py", main)
