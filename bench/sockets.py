# SPDX-License-Identifier: Apache-2.0
"""Thousands of Socket.IO clients in one process, as bare as they can be: bytes over asyncio.

They are the load, not the subject, and they are the same for every server they are pointed at.
"""

import asyncio
import json
import os
import resource
import socket
import struct

LOCAL_ADDRESSES = 8  # Source addresses 127.0.1.1 ...: each has its own 28,000 ports.
PATIENCE = 600  # Seconds for one measurement, which takes far less.
MARK = b'42["n"'
PING = b"\x81\x012"  # A heartbeat as a whole frame.


def allow_many_files():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def run(work):
    """What a coroutine comes to. A server that stops answering fails the benchmark, and does not
    hang it."""
    async def bounded():
        return await asyncio.wait_for(work, PATIENCE)

    return asyncio.run(bounded())


def frame(text):
    """A masked text frame; the mask is zero, so the payload stands as it is."""
    data = text.encode()
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data))
    return b"\x81" + size + b"\0\0\0\0" + data


class Client(asyncio.Protocol):
    """One connection. `on_bytes` gets all that comes once the websocket is open."""

    def __init__(self):
        self.buffer = b""
        self.closed = asyncio.get_running_loop().create_future()
        self.waiting = None
        self.on_bytes = None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if PING in data:
            self.say("3")
        if self.on_bytes:
            self.on_bytes(data)
            return
        self.buffer += data
        if self.waiting and self.waiting[0] in self.buffer:
            waiting, self.waiting = self.waiting, None
            waiting[1].set_result(None)

    def connection_lost(self, _):
        if not self.closed.done():
            self.closed.set_result(None)
        if self.waiting and not self.waiting[1].done():
            self.waiting[1].set_exception(ConnectionError(f"closed; got {self.buffer[:200]!r}"))

    async def until(self, mark):
        """All that came up to and with `mark`, which is taken out."""
        if mark not in self.buffer:
            self.waiting = (mark, asyncio.get_running_loop().create_future())
            await self.waiting[1]
        end = self.buffer.index(mark) + len(mark)
        got, self.buffer = self.buffer[:end], self.buffer[end:]
        return got

    def say(self, text):
        self.transport.write(frame(text))

    def reset(self):
        """Ends it without a word and leaves no port behind."""
        sock = self.transport.get_extra_info("socket")
        if sock is not None and not self.transport.is_closing():
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


async def dial(port, number):
    local = (f"127.0.1.{1 + number % LOCAL_ADDRESSES}", 0)
    _, client = await asyncio.get_running_loop().create_connection(
        Client, "127.0.0.1", port, local_addr=local
    )
    return client


def upgrade_request(query=""):
    return (
        f"GET /socket.io/?EIO=4&transport=websocket{query} HTTP/1.1\r\nHost: localhost\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


async def connect(port, number):
    """A websocket that has joined the namespace '/'."""
    client = await dial(port, number)
    client.transport.write(upgrade_request())
    await client.until(b'"maxPayload"')
    client.say("40")
    await client.until(b'40{"sid"')
    return client


async def gathered(make, count, at_once=200):
    """make(0) .. make(count - 1), so many at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(number):
        async with gate:
            return await make(number)

    return await asyncio.gather(*(one(number) for number in range(count)))


def resident_kb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
        fields = dict(line.split(":", 1) for line in rollup if line.startswith("Private"))
    return sum(int(value.split()[0]) for value in fields.values())


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def event(*args):
    return "42" + json.dumps(args, separators=(",", ":"))
