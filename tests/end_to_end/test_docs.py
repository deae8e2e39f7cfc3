# SPDX-License-Identifier: Apache-2.0
"""The command blocks of README and docs run as they stand there and print what is shown, or say in a comment
before them why they are not run: <!-- not run: REASON -->"""

import pathlib
import re
import subprocess
import tempfile
import time
import unittest

from server import PROGRAM, ROOT, START_SECONDS, Server

BLOCK = re.compile(r"(?P<excuse><!-- not run: (?P<reason>[^\n]+) -->\n+)?^```sh\n(?P<commands>.*?)^```\n"
                   r"(?:\n?(?P<between>[^\n]*)\n*^```\n(?P<shown>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
VARIES = re.compile(rf"(?P<uuid>{UUID})|(?P<digest>@[0-9a-f]{{12}}|\"[0-9a-f]{{12}}\")|(?P<cut>\.\.\.)|(?P<space>\s+)"
                    r"|(?P<time>\d{4}-\d\d-\d\dT[\d:.]+Z?)|(?P<number>-?\d+\.\d+(?:[eE]-?\d+)?)")


def pages():
    return [ROOT / "README.md", ROOT / "deploy/README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page):
    for match in BLOCK.finditer(page.read_text()):
        shown = match["shown"] if not match["between"] else None
        yield match["commands"], shown, match["reason"]


def pattern_of(shown):
    """Output like `shown`: ids, digests, times and fractions are others each time, "..." stands for anything."""
    out, end, names = "", 0, {}
    for match in VARIES.finditer(shown):
        out += re.escape(shown[end:match.start()])
        end = match.end()
        kind = match.lastgroup
        if kind == "uuid":
            name = names.setdefault(match[0], f"id{len(names)}")
            out += f"(?P={name})" if f"?P<{name}>" in out else f"(?P<{name}>{UUID})"
        else:
            out += {"digest": r'[@"][0-9a-f]{12}"?', "cut": r".*", "space": r"\s+", "time": r"[\dT:.Z-]+",
                    "number": r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?"}[kind]
    return re.compile(out + re.escape(shown[end:]), re.DOTALL), names


class Docs(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="flightcast-docs-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/flightcast").symlink_to(PROGRAM)
        self.env = {"HOME": str(self.folder), "PATH": f"{self.folder}/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}

    def run_block(self, commands, port):
        commands = re.sub(r"(127\.0\.0\.1|localhost):5001", f"127.0.0.1:{port}", commands)
        # The server of the page runs already.
        commands = re.sub(r"(?m)^flightcast serve$", "", commands).replace("curl ", "curl -s ")
        done = subprocess.run(["bash", "-euc", commands], capture_output=True, text=True, cwd=self.folder,
                              env=self.env, timeout=START_SECONDS, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), commands)
        return done.stdout

    def check(self, page, ids, server):
        for commands, shown, reason in blocks(page):
            if reason:
                continue
            for example, real in ids.items():
                commands = commands.replace(example, real)
            with self.subTest(page=page.name, commands=commands):
                output = self.run_block(commands, server.port)
                if shown is None:
                    continue
                pattern, names = pattern_of(shown.strip())
                deadline = time.monotonic() + START_SECONDS
                while not (found := pattern.search(output)) and time.monotonic() < deadline:
                    time.sleep(0.1)  # An outcome may not be there yet.
                    output = self.run_block(commands, server.port)
                self.assertTrue(found, f"shown:\n{shown}\nprinted:\n{output}")
                ids.update({example: found[name] for example, name in names.items()})

    def play_flights(self, data):
        flights = ROOT / "tests/end_to_end/testdata/flights_2008_01.csv.gz"
        subprocess.run([PROGRAM, "replay", "--data", flights, "--speed", "max", "--data-dir", data], check=True,
                       capture_output=True, timeout=300)

    def test_pages(self):
        """Goal: each block runs and prints what its page shows, on a server that a user would have."""
        data = self.folder / ".local/share/flightcast"
        for page in pages():
            if any(not reason for *_, reason in blocks(page)):
                if page.name == "models.md":  # It speaks of a server that has been in use for a while.
                    self.play_flights(data)
                with Server(data_dir=str(data)) as server:
                    self.check(page, {}, server)
                    server.stop()

    def test_excuses(self):
        """Goal: most blocks of the pages for users run, and those that do not say why."""
        every = [(page.name, commands, reason) for page in pages() for commands, _, reason in blocks(page)]
        self.assertGreater(len(every), 20)
        self.assertGreater(sum(reason is None for *_, reason in every), 10)


if __name__ == "__main__":
    unittest.main()
