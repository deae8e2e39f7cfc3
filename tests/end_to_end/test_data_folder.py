# SPDX-License-Identifier: Apache-2.0
"""What becomes of requests when the data folder is taken away, full or locked while the server runs."""

import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

from server import Server, wait_until

BAD = "the data folder takes nothing"
GOOD = "the data folder takes data again"


def reason(server):
    """Why /readyz says that the log is not ready; None when it is."""
    status, _, body = server.get("/readyz")
    checks = json.loads(body)["checks"]
    assert (status == 200) == all(state == "ok" for state in checks.values()), body
    return None if checks["data folder"] == "ok" else checks["data folder"]


def metric(server, label):
    lines = server.get("/metrics")[2].decode().splitlines()
    (line,) = [line for line in lines if line.startswith(f'flightcast_requests_total{{status="{label}"}}')]
    return float(line.split()[-1])


class DataFolderTest(unittest.TestCase):
    def refuses(self, server, words, status=503):
        got, answer = server.submit()
        self.assertEqual(got, status, answer)
        self.assertIn(words, json.dumps(answer))
        self.assertIn(words, wait_until("it is not ready", lambda: reason(server)))
        server.wait_for_line(BAD)

    def recovers(self, server):
        wait_until("it is ready again", lambda: reason(server) is None)
        self.assertEqual(server.submit()[0], 200)
        server.wait_for_line(GOOD)
        self.assertEqual(server.output().count(BAD), 1, server.output())
        self.assertEqual(server.output().count(GOOD), 1)

    def test_deleted(self):
        """Goal: nothing is accepted into a deleted folder, nor into another one in its place, which
        belongs to the next server; both live on side by side, and each stops in order."""
        with tempfile.TemporaryDirectory() as parent:
            folder = os.path.join(parent, "data")
            with Server(data_dir=folder) as first:
                accepted = first.submit()[1]["id"]
                first.wait_for_outcome(accepted)
                shutil.rmtree(folder)
                self.refuses(first, "while it was in use")
                with Server(data_dir=folder) as second:
                    self.refuses(first, "while it was in use")
                    kept = second.submit()[1]["id"]
                    self.assertEqual(first.stop(), 0, first.output())
                    second.kill()
                    second.start()
                    second.wait_for_outcome(kept)

    def test_moved_and_back(self):
        """Goal: a folder that is moved away and back is worked on again, and lost nothing."""
        with tempfile.TemporaryDirectory() as parent:
            folder, away = os.path.join(parent, "data"), os.path.join(parent, "away")
            with Server(data_dir=folder) as server:
                before = server.submit()[1]["id"]
                os.rename(folder, away)
                self.refuses(server, "while it was in use")
                os.rename(away, folder)
                self.recovers(server)
                server.kill()
                server.start()
                server.wait_for_outcome(before)

    def test_moved_without_requests(self):
        """Goal: the folder is looked at without submissions, too."""
        with tempfile.TemporaryDirectory() as parent:
            with Server(data_dir=os.path.join(parent, "data")) as server:
                os.rename(server.data_dir, os.path.join(parent, "away"))
                self.assertIn("data folder", wait_until("it notices", lambda: reason(server)))

    def refused(self, folder, why):
        second = Server(data_dir=folder).begin()
        self.assertEqual(second.process.wait(60), 1)
        self.assertRegex(second.output(), why)
        second.log.close()

    def test_one_server(self):
        """Goal: no second server on a folder, by another path or after the lock file was deleted; the
        file is there again soon."""
        with tempfile.TemporaryDirectory() as parent:
            folder, link = os.path.join(parent, "data"), os.path.join(parent, "link")
            os.symlink(folder, link)
            with Server(data_dir=folder) as first:
                lock = pathlib.Path(folder, "flightcast.lock")
                lock.unlink()
                # The file may be back already.
                self.refused(folder, f"in use by process ({first.process.pid}|unknown)")
                wait_until("the lock file is back", lambda: lock.exists() and lock.read_text().strip())
                self.refused(link, f"in use by process {first.process.pid}")
                self.assertEqual(lock.read_text().strip(), str(first.process.pid))
                self.assertIsNone(reason(first))

    def test_locked_by_another(self):
        """Goal: while another program holds the database, clients are told that and by whom it is not
        ready; afterwards all is well."""
        with Server() as server:
            self.assertEqual(server.submit()[0], 200)
            with contextlib.closing(sqlite3.connect(os.path.join(server.data_dir, "flightcast.db"),
                                                    isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                # Whoever comes first may wait for the other program for as long as for an answer.
                words = "another program holds the file"
                wait_until("a client is told", lambda: words in json.dumps(server.submit()[1]))
                self.refuses(server, words)
                other.execute("ROLLBACK")
            self.recovers(server)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to mount a small file system")
    def test_disk_full(self):
        """Goal: on a full disk submissions are refused as full, not as unknown; it is said once, and
        when there is room again; what was accepted has its outcome."""
        with small_disk() as folder, Server(data_dir=folder) as server:
            ids = [server.submit()[1]["id"]]
            with open(os.path.join(folder, "fill"), "wb", buffering=0) as fill:
                with contextlib.suppress(OSError):
                    while True:
                        fill.write(b"x" * 4096)
            full = 0
            while full < 5:
                status, answer = server.submit()
                full += status == 503
                ids += [answer["id"]] if status == 200 else []
            self.refuses(server, "free some space")
            self.assertGreaterEqual(metric(server, "full"), 5)
            self.assertEqual(metric(server, "unknown"), 0)
            os.unlink(os.path.join(folder, "fill"))
            self.recovers(server)
            for request_id in ids:
                server.wait_for_outcome(request_id)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to mount a small file system")
    def test_read_only(self):
        """Goal: a file system that turns read-only, as after an error of its disk, is told."""
        with ext4() as (folder, fail), Server(data_dir=folder) as server:
            self.assertEqual(server.submit()[0], 200)
            fail()
            self.refuses(server, "flightcast.db")


@contextlib.contextmanager
def small_disk():
    """A file system of its own with some megabytes of room."""
    with tempfile.TemporaryDirectory() as folder:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], check=False).returncode:
            raise unittest.SkipTest("cannot mount a tmpfs")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


@contextlib.contextmanager
def ext4():
    """An ext4 of its own, and what makes it turn read-only."""
    with tempfile.TemporaryDirectory() as parent:
        image, folder = os.path.join(parent, "image"), os.path.join(parent, "data")
        os.mkdir(folder)
        with open(image, "wb") as file:
            file.truncate(32 << 20)
        made = (["mkfs.ext4", "-q", image], ["mount", "-o", "loop,errors=remount-ro", image, folder])
        if not shutil.which(made[0][0]) or any(subprocess.run(c, check=False).returncode for c in made):
            raise unittest.SkipTest("cannot mount an ext4")
        try:
            mounts = pathlib.Path("/proc/self/mounts").read_text().splitlines()
            (device,) = [line.split()[0] for line in mounts if line.split()[1] == folder]
            trigger = pathlib.Path("/sys/fs/ext4", os.path.basename(device), "trigger_fs_error")
            yield folder, lambda: trigger.write_text("tried by a test\n")
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


if __name__ == "__main__":
    unittest.main()
