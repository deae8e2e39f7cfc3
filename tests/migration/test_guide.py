# SPDX-License-Identifier: Apache-2.0
"""The commands of docs/migration.md, as they stand there, on a deployment of the original's. Addresses,
ports and the model's folder are this test's; run.py runs it and fetches what it needs."""

import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import tempfile
import unittest

import kits
from testbed import FORM, OriginalDeployment, needs_roles  # first: processes hides its package kafka
from processes import PROGRAM, OriginalScorer, OriginalWeb, Page, WebPart, wait_for
from server import free_port, read_log

GUIDE = kits.ROOT / "docs/migration.md"
SEED = kits.ROOT.parent / "shared/data/seed_models"
ASKED = 5  # requests in each step


def has_pyarrow():
    python = kits.cache_folder() / "import-venv/bin/python"
    return python.exists() and not subprocess.run(
        [python, "-c", "import pyarrow"], capture_output=True
    ).returncode


class Commands:
    """A folder in which they run, with our program and a 'docker' that only notes what it is told."""

    def __init__(self, replaced):
        self.temporary = tempfile.TemporaryDirectory(prefix="flightcast-guide-")
        self.folder = pathlib.Path(self.temporary.name)
        self.replaced = replaced
        tools = self.folder / "bin"
        tools.mkdir()
        (tools / "flightcast").symlink_to(PROGRAM)
        (tools / "docker").write_text(f'#!/bin/sh\necho "$@" >>{self.folder}/docker.log\n')
        (tools / "docker").chmod(0o755)
        self.environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}")
        self.environment["FLIGHTCAST_PORT"] = str(free_port())

    def written(self, text):
        for old, new in self.replaced.items():
            text = text.replace(old, new)
        return text

    def run(self, text):
        """To its end: what it prints."""
        done = subprocess.run(
            ["bash", "-euc", self.written(text)], cwd=self.folder, env=self.environment,
            capture_output=True, text=True, check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def start(self, text):
        """A command that goes on until it is stopped."""
        return Role(shlex.split(self.written(text).replace("\\\n", "")), self)


class Role(WebPart):
    def __init__(self, words, commands):
        super().__init__(*words)
        self.commands = commands
        port = words.index("--operations-port") + 1 if "--operations-port" in words else 0
        self.port = words[port] if port else commands.environment["FLIGHTCAST_PORT"]
        self.has_port = bool(port) or words[1] == "gateway"

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdout=self.log, stderr=self.log, cwd=self.commands.folder,
            env=self.commands.environment,
        )
        wait_for(f"{self.command} to be ready", self._is_up)
        return self

    def is_ready(self):
        return super().is_ready() if self.has_port else "scorer works" in read_log(self.log)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        assert code == 0, self.output()
        return code


def steps():
    """The blocks of commands of the guide, in their order."""
    return re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(), re.S | re.M)


def split_last(block):
    """What comes before the block's last command, and that."""
    before, last = re.fullmatch(r"(.*?)(^flightcast (?:gateway|scorer) .*)", block, re.S | re.M).groups()
    return before, last


@needs_roles
@unittest.skipUnless(SEED.is_dir(), "no shared/data/seed_models beside the source folder")
@unittest.skipUnless(has_pyarrow(), "no Python with pyarrow; './dev import-tools' makes one")
class Guide(OriginalDeployment):
    def ask(self, web):
        """Some people ask, and each is pushed an answer: its bytes by id."""
        page = Page(web)
        pushed = dict(page.ask(FORM) for _ in range(ASKED))
        page.close()
        self.assertNotIn(None, pushed.values())
        return pushed

    def test_every_command_as_it_stands(self):
        """Goal: from the first step to the third, every command of the guide works as it is written
        there: the model answers as the original's parts do, nothing that was asked is lost, and what
        is said to be looked at shows."""
        learn, trial, compare, scorer, gateway = steps()
        commands = Commands({
            "./dev import-tools": "true", "/practica_creativa/models": str(SEED),
            "localhost:9092": self.kafka, "0.0.0.0": "127.0.0.1", "5011": str(free_port()),
            "mongodb://root@localhost:27017/?authSource=admin": self.mongo,
        })
        self.addCleanup(commands.temporary.cleanup)
        commands.run("flightcast topics init --kafka localhost:9092 --partitions 1")
        with OriginalWeb(self.kafka, self.mongo) as web:
            with OriginalScorer(self.kafka, self.mongo, "store-first"):
                asked = self.ask(web)
                commands.run(learn)
                with commands.start(trial) as ours:
                    wait_for("all answers of ours", lambda: self.differences(
                        commands, compare, asked) is not None)
                    self.assertEqual(self.differences(commands, compare, asked), "")
                    ours.stop()
            before, last = split_last(scorer)
            said = commands.run(before)
            self.assertIn("0 requests wait for an outcome", said)
            with commands.start(last) as ours:
                asked |= self.ask(web)
                lag = commands.run("flightcast topics lag --kafka localhost:9092 --json")
                self.assertLessEqual(sum(entry["lag"] for entry in json.loads(lag)), ASKED)
                self.check_stored(asked)
                before, last = split_last(gateway)
                commands.run(before)
                with commands.start(last) as ours_web:
                    self.check_our_web(ours_web, asked)
                    commands.run("flightcast doctor --kafka localhost:9092 "
                                 "--mongo 'mongodb://root@localhost:27017/?authSource=admin'")
        self.assertEqual((commands.folder / "docker.log").read_text(),
                         "compose stop sparksubmit\ncompose stop flask\n")

    def differences(self, commands, compare, asked):
        """What the comparison prints, which fails when it finds any, once ours has answered all; None
        before."""
        for_loop, diff = compare.rsplit("diff ", 1)
        commands.run(for_loop)
        answers = (commands.folder / "trial-response").read_text()
        if not all(request_id in answers for request_id in asked):
            return None
        return commands.run(f"diff {diff}")

    def check_stored(self, asked):
        for request_id in asked:
            wait_for("its document", lambda: self.documents.find_one({"UUID": request_id}))
            self.assertEqual(self.documents.count_documents({"UUID": request_id}), 1)

    def check_our_web(self, web, asked):
        status, answer = web.submit(**FORM)
        self.assertEqual(status, 200, answer)
        new = json.loads(answer)["id"]
        for request_id in (*asked, new):
            wait_for("the polling answer", lambda: '"OK"' in web.poll(request_id))
        self.check_stored([new])


if __name__ == "__main__":
    unittest.main()
