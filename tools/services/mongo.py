#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Servers that speak MongoDB's protocol (FerretDB on SQLite), on this machine alone.

'up' starts two: one without and one with password and TLS, and prints what to export. What they
keep stands in build/services/mongo and goes with 'down'. FerretDB uses no index: it judges whether
answers are right, never how fast they are. FLIGHTCAST_TEST_MONGO may name a real MongoDB instead.
"""

import argparse
import json
import pathlib
import secrets
import shlex
import shutil
import sys

import certificates
import ferretdb
import process
from process import ServiceError

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build/services/mongo"
NAMES = ("plain", "secure")
USER = "root"
PORT_TRIES = 5  # Somebody else may take a free port first.


class Servers:
    """Both servers of a folder; the plan in it has their ports and the password."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        self.plan_file = self.folder / "plan.json"
        self.plan = json.loads(self.plan_file.read_text()) if self.plan_file.exists() else None

    def up(self, port):
        if self.plan is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            certificates.make(self.folder)
            self.plan = {"ports": {"plain": port, "secure": 0}, "password": secrets.token_hex(8)}
        for name in NAMES:
            if process.pid_of(self.folder / name) is None:
                self.start(name)

    def start(self, name):
        fixed = self.plan["ports"][name]
        for attempt in range(1, PORT_TRIES + 1):
            port = fixed or process.free_port()
            try:
                self.start_at(name, port)
                break
            except ServiceError:
                if fixed or attempt == PORT_TRIES:
                    raise
        self.plan["ports"][name] = port
        self.plan_file.write_text(json.dumps(self.plan))

    def start_at(self, name, port):
        folder = self.folder / name
        (folder / "data").mkdir(parents=True, exist_ok=True)
        command = [
            ferretdb.binary(), "--handler=sqlite", f"--sqlite-url=file:{folder}/data/",
            f"--state-dir={folder}", "--telemetry=disable", "--debug-addr=-", "--log-level=warn",
        ]
        if name == "plain":
            command.append(f"--listen-addr=127.0.0.1:{port}")
        else:
            command += [
                "--listen-addr=", f"--listen-tls=127.0.0.1:{port}",
                f"--listen-tls-cert-file={self.folder}/server.crt",
                f"--listen-tls-key-file={self.folder}/server.key", "--test-enable-new-auth",
                "--setup-database=admin", f"--setup-username={USER}",
                f"--setup-password={self.plan['password']}",
            ]
        process.start(folder, command, lambda: process.accepts(port))

    def down(self):
        for name in NAMES:
            process.stop(self.folder / name)
        shutil.rmtree(self.folder, ignore_errors=True)

    def exports(self):
        plain, secure = (self.plan["ports"][name] for name in NAMES)
        return {
            "FLIGHTCAST_TEST_MONGO": f"mongodb://127.0.0.1:{plain}/",
            "FLIGHTCAST_TEST_MONGO_SECURE":
                f"mongodb://{USER}:{self.plan['password']}@127.0.0.1:{secure}/"
                f"?authSource=admin&tls=true&tlsCAFile={self.folder}/ca.pem",
            "FLIGHTCAST_TEST_MONGO_STRANGER": f"{self.folder}/stranger.pem",
        }


def up(servers, arguments):
    servers.up(arguments.port)
    for name, value in servers.exports().items():
        print(f"export {name}={shlex.quote(value)}")


def down(servers, _):
    known = servers.plan is not None
    servers.down()
    process.say("MongoDB: ended and deleted" if known else "MongoDB: there was none")


def status(servers, _):
    if servers.plan is None:
        print("MongoDB: none")
        return
    for name in NAMES:
        pid = process.pid_of(servers.folder / name)
        what = f"pid {pid}, {process.resident_mb(pid)} MB" if pid else "not running"
        print(f"MongoDB (FerretDB, {name}): 127.0.0.1:{servers.plan['ports'][name]}, {what}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("action", choices=("up", "down", "status"))
    parser.add_argument("--folder", default=FOLDER, help="where the servers keep their files")
    parser.add_argument("--port", type=int, default=0, help="of the plain one; 0 chooses one")
    arguments = parser.parse_args()
    try:
        actions = {"up": up, "down": down, "status": status}
        actions[arguments.action](Servers(arguments.folder), arguments)
    except ServiceError as error:
        sys.exit(f"mongo: {error}")


if __name__ == "__main__":
    main()
