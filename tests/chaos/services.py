# SPDX-License-Identifier: Apache-2.0
"""The servers of a run: brokers that check rights and forget dead transactions soon, and a store."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
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


DISK_BYTES = 512 << 20


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
    """The store of a run, on a small disk of its own where one may be mounted."""

    def __init__(self):
        super().__init__()
        self.has_disk = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", self.folder.name],
            capture_output=True, check=False,
        ).returncode == 0
        self.filler = pathlib.Path(self.folder.name) / "filler"

    def pid(self):
        return int((pathlib.Path(self.folder.name).resolve() / "plain/pid").read_text())

    def hang(self):
        os.kill(self.pid(), signal.SIGSTOP)

    def go_on(self):
        os.kill(self.pid(), signal.SIGCONT)

    def fill_disk(self):
        with self.filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(4096)) > 0:
                pass

    def make_room(self):
        self.filler.unlink()
        if process.is_zombie(self.pid()) or not pathlib.Path(f"/proc/{self.pid()}").exists():
            self.up()

    def __exit__(self, *_):
        self.service("down")
        if self.has_disk:
            shutil.rmtree(self.folder.name, ignore_errors=True)  # The mount point itself stays.
            subprocess.run(["umount", self.folder.name], check=True)
        self.folder.cleanup()
