# SPDX-License-Identifier: Apache-2.0
"""Backups: made while a server works, restored elsewhere, and refused when they are not whole."""

import json
import pathlib
import subprocess
import tempfile
import threading
import unittest

from server import PROGRAM, Server


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Backup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-backup-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.to = self.folder / "backup"

    def submit(self, server, count):
        return [server.submit()[1]["id"] for _ in range(count)]

    def make(self, count=3):
        """A backup of a server that has taken some flights; their ids."""
        with Server() as server:
            ids = self.submit(server, count)
            code, text = run("backup", "--data-dir", server.data_dir, "--to", self.to)
            self.assertEqual(code, 0, text)
        return ids

    def restore(self, into="data"):
        return run("restore", "--from", self.to, "--data-dir", self.folder / into)

    def test_while_it_serves(self):
        """Goal: a backup that is made under load has every flight that was accepted before it began; a
        server on it gives each of them one outcome, keeps ids of repeated requests, and takes more."""
        with Server() as server:
            before = self.submit(server, 20)
            stop = threading.Event()

            def load():
                while not stop.is_set():
                    server.submit()
            client = threading.Thread(target=load)
            client.start()
            try:
                code, text = run("backup", "--data-dir", server.data_dir, "--to", self.to)
            finally:
                stop.set()
                client.join()
            self.assertEqual(code, 0, text)
            self.assertEqual(self.submit(server, 1) != [], True)
            secret = (pathlib.Path(server.data_dir) / "secret").read_bytes()
        self.assertEqual(self.restore()[0], 0)
        self.assertEqual((self.folder / "data/secret").read_bytes(), secret)
        self.assertEqual((self.folder / "data/secret").stat().st_mode & 0o077, 0)
        with Server(data_dir=str(self.folder / "data")) as restored:
            for request_id in before:
                self.assertEqual(restored.wait_for_outcome(request_id)["prediction"]["Route"], "ATL-SFO")
            restored.wait_for_outcome(self.submit(restored, 1)[0])

    def test_folders_in_use(self):
        """Goal: neither a backup nor a restore writes over anything, nor into a folder that a server has."""
        self.make()
        self.assertIn("exists already", run("backup", "--data-dir", self.folder, "--to", self.to)[1])
        self.assertEqual(self.restore()[0], 0)
        code, text = self.restore()
        self.assertEqual(code, 1)
        self.assertIn("move it away", text)
        with Server() as server:
            before = server.submit()[1]["id"]
            code, text = run("restore", "--from", self.to, "--data-dir", server.data_dir)
            self.assertEqual(code, 1, text)
            server.wait_for_outcome(before)
        self.assertEqual(run("backup", "--data-dir", self.folder / "none", "--to", self.folder / "b")[0], 1)
        self.assertFalse((self.folder / "b").exists())

    def test_bad_backups(self):
        """Goal: a folder that is no backup, a damaged one and one of a newer program are refused by their
        fault, and leave no database."""
        self.make()
        database, card = self.to / "flightcast.db", self.to / "backup.json"
        good, said = database.read_bytes(), json.loads(card.read_text())
        middle = len(good) // 2
        newer = dict(said, format=2)
        cases = (("damaged", good[:middle] + b"\xff" * 4096 + good[middle + 4096:], said),
                 ("has not the", good[:-4096], said), ("newer", good, newer),
                 ("is not a backup", good, {}), ("is not a backup", good, "noise"))
        for number, (fault, content, text) in enumerate(cases):
            with self.subTest(fault):
                database.write_bytes(content)
                card.write_text(text if isinstance(text, str) else json.dumps(text))
                code, told = self.restore(f"data{number}")
                self.assertEqual(code, 1, told)
                self.assertIn(fault, told)
                self.assertEqual(list(self.folder.glob(f"data{number}/flightcast.db*")), [])
        card.unlink()
        self.assertIn("is not a backup", self.restore("last")[1])


if __name__ == "__main__":
    unittest.main()
