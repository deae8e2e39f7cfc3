#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every case of cases.py against both reference servers and writes what they did to recorded.jsonl.

usage: record.py NODE_MODULES    a folder where `npm ci` of this folder's package-lock.json has run
The interpreter has what requirements.txt names. See README.md."""

import base64
import concurrent.futures
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys

from cases import all_cases

HERE = pathlib.Path(__file__).parent
QUIET_S = 0.5  # nothing more comes after this
SOCKETIO = re.compile(r"^4([0-6])(\d+-)?(/[^,]*,)?(\d*)(.*)$", re.S)


def normal(text):
    """A message with what differs from run to run replaced, and JSON in one form."""
    if text.startswith('0{"sid"'):
        return "0{open}"
    found = SOCKETIO.match(text)
    if not found:
        return text
    digit, attachments, namespace, ident, payload = (part or "" for part in found.groups())
    if payload:
        value = json.loads(payload)
        if isinstance(value, dict) and "sid" in value:
            value = {"sid": "S"}
        payload = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return "4" + digit + attachments + namespace + ident + payload


class Client:
    def __init__(self, port):
        self.port, self.sid, self.ws, self.buffer = port, "", None, b""

    def connect(self):
        made = socket.create_connection(("127.0.0.1", self.port))
        made.settimeout(QUIET_S)
        return made

    def step(self, text):
        text = text.replace("{sid}", self.sid).replace("{rs}", "\x1e")
        verb, _, rest = text.partition(" ")
        if verb == "ws":
            return self.open(*rest.partition(" ")[::2])
        if verb == ">":
            return self.say(1, rest.encode())
        if verb == ">b":
            return self.say(2, base64.b64decode(rest))
        return self.request(verb, *rest.partition(" ")[::2])

    def open(self, query, header):
        self.ws, self.buffer = self.connect(), b""
        key = base64.b64encode(os.urandom(16)).decode()
        self.ws.sendall((
            f"GET /socket.io/?{query} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            + (header + "\r\n" if header else "") + "\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            if not self.receive():
                return ["closed"]
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        if not lines[0].startswith("HTTP/1.1 101"):
            self.ws = None
            return [lines[0].split(" ")[1]]
        chosen = [line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("sec-websocket-protocol:")]
        return ["protocol " + name for name in chosen] + self.messages()

    def say(self, opcode, payload):
        if self.ws is None:
            return ["no websocket"]
        mask = os.urandom(4)
        size = bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0xFE]) + struct.pack(">H", len(payload))
        masked = bytes(c ^ mask[i % 4] for i, c in enumerate(payload))
        try:
            self.ws.sendall(bytes([0x80 | opcode]) + size + mask + masked)
        except OSError:
            return ["closed"]
        return self.messages()

    def receive(self):
        try:
            more = self.ws.recv(65536)
        except (TimeoutError, ConnectionError) as error:
            return None if isinstance(error, TimeoutError) else b""
        self.buffer += more
        return more

    def messages(self):
        got = []
        while True:
            while (frame := self.take_frame()) is not None:
                opcode, payload = frame
                if opcode == 8:
                    return got + ["closed"]
                if opcode == 1:
                    text = payload.decode()
                    if text.startswith('0{"sid"'):
                        self.sid = json.loads(text[1:])["sid"]
                    got.append(normal(text))
                elif opcode == 2:
                    got.append("binary " + base64.b64encode(payload).decode())
            more = self.receive()
            if more is None:
                return got
            if not more:
                return got + ["closed"]

    def take_frame(self):
        data = self.buffer
        if len(data) < 2:
            return None
        size, start = data[1] & 127, 2
        if size == 126:
            if len(data) < 4:
                return None
            size, start = struct.unpack(">H", data[2:4])[0], 4
        if len(data) < start + size:
            return None
        self.buffer = data[start + size:]
        return data[0] & 15, data[start:start + size]

    def request(self, method, query, body):
        with self.connect() as made:
            data = body.encode()
            made.sendall((
                f"{method} /socket.io/?{query} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n"
                f"Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {len(data)}\r\n\r\n").encode() + data)
            answer = b""
            try:
                while more := made.recv(65536):
                    answer += more
            except TimeoutError:
                return ["pending"]
            except ConnectionError:
                pass
        if not answer:
            return ["closed"]
        head, _, body = answer.partition(b"\r\n\r\n")
        status = head.split(b" ")[1].decode()
        if b"transfer-encoding: chunked" in head.lower():
            body = b"".join(body.split(b"\r\n")[1::2])
        if method != "GET" or status != "200":
            return [status]
        text = body.decode()
        if text.startswith('0{"sid"'):
            self.sid = json.loads(text[1:])["sid"]
        return [status, *[normal(packet) for packet in text.split("\x1e")]]


def run(port, steps):
    client = Client(port)
    seen = [client.step(step) for step in steps]
    # What is said to a websocket that was closed tells nothing more.
    for i in range(1, len(seen)):
        if steps[i].startswith(">") and seen[i] == ["closed"] and "closed" in seen[i - 1]:
            seen[i - 1:i + 1] = [seen[i - 1], ["closed"]]
    return seen


def start(command, environment):
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    return server, int(server.stdout.readline())


def record(command, cases, environment=None):
    server, port = start(command, {**os.environ, **(environment or {})})
    try:
        with concurrent.futures.ThreadPoolExecutor(24) as pool:
            return list(pool.map(lambda case: run(port, case[1]), cases))
    finally:
        server.terminate()
        server.wait()


def main():
    cases = list(all_cases())
    names = [name for name, _ in cases]
    assert len(set(names)) == len(names), [n for n in names if names.count(n) > 1]
    node = record(["node", str(HERE / "node_server.js")], cases, {"NODE_PATH": sys.argv[1]})
    python = record([sys.executable, str(HERE / "python_server.py")], cases)
    with (HERE / "recorded.jsonl").open("w") as out:
        for (name, steps), of_node, of_python in zip(cases, node, python):
            line = {"name": name, "steps": steps, "node": of_node, "python": of_python}
            out.write(json.dumps(line, ensure_ascii=True) + "\n")
    same = sum(a == b for a, b in zip(node, python))
    print(f"{len(cases)} cases; the servers agree in {same}")


if __name__ == "__main__":
    main()
