# SPDX-License-Identifier: Apache-2.0
"""The servers of a run: brokers that check rights and forget dead transactions soon, and a store."""

import os
import pathlib
import signal
import tempfile

import kafka
import process
from own_servers import OwnMongo

SETTINGS = [
    "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    # The servers among themselves and the readers of a round; the processes have a name of their own.
    "super.users=User:ANONYMOUS",
    "allow.everyone.if.no.acl.found=true",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms=500",
]


class Brokers(kafka.Cluster):
    """One or three brokers of a run. A broker that is down or stopped is known by its number."""

    def __init__(self, count):
        self.temporary = tempfile.TemporaryDirectory(prefix="flightcast-chaos-")
        super().__init__(pathlib.Path(self.temporary.name) / "cluster")
        self.create(count, settings=SETTINGS)

    def hang(self, node):
        self.signal(node, signal.SIGSTOP)

    def go_on(self, node):
        self.signal(node, signal.SIGCONT)

    def heal(self):
        """All run, whatever was done to them."""
        for node in self.nodes():
            if self.pid(node) is not None and not process.is_zombie(self.pid(node)):
                self.go_on(node)
        self.start()

    def __exit__(self, *_):
        self.delete()
        self.temporary.cleanup()


class Store(OwnMongo):
    def pid(self):
        return int((pathlib.Path(self.folder.name).resolve() / "plain/pid").read_text())

    def hang(self):
        os.kill(self.pid(), signal.SIGSTOP)

    def go_on(self):
        os.kill(self.pid(), signal.SIGCONT)
