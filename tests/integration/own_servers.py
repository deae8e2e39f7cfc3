# SPDX-License-Identifier: Apache-2.0
"""Brokers and databases of a test's own, which may be killed, stopped and started again."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from roles import ROOT
import kafka
import process

needs_java = unittest.skipUnless(
    shutil.which("java") and shutil.which("mvn"), "no Java and Maven for a broker of its own"
)


class OwnMongo:
    """A server that speaks MongoDB's protocol, at one port for as long as it exists."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="flightcast-mongo-")
        self.port = process.free_port()
        self.uri = f"mongodb://127.0.0.1:{self.port}/"

    def service(self, action, *flags):
        subprocess.run(
            [sys.executable, str(ROOT / "tools/services/mongo.py"), action,
             "--folder", self.folder.name, *flags],
            check=True, stdout=subprocess.DEVNULL,
        )

    def up(self):
        self.service("up", "--port", str(self.port))

    def kill(self):
        pid = int((pathlib.Path(self.folder.name).resolve() / "plain/pid").read_text())
        os.kill(pid, signal.SIGKILL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.service("down")
        self.folder.cleanup()


class OwnKafka(kafka.Cluster):
    """A cluster that is laid out, but not started yet."""

    def __init__(self, brokers=1, settings=()):
        self.temporary = tempfile.TemporaryDirectory(prefix="flightcast-kafka-")
        super().__init__(pathlib.Path(self.temporary.name) / "cluster")
        self.create(brokers, settings=settings)

    def __exit__(self, *_):
        self.delete()
        self.temporary.cleanup()
