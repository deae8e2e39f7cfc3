# SPDX-License-Identifier: Apache-2.0
"""The Debian package: its files, its man pages, its completions, and lintian's opinion."""

import gzip
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/end_to_end"), str(ROOT / "tools/package")]

import build  # noqa: E402
import help_pages  # noqa: E402
from server import PROGRAM  # noqa: E402


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="flightcast-package-")
        cls.package = build.build(PROGRAM, pathlib.Path(cls.folder.name))
        cls.tree = pathlib.Path(cls.folder.name) / "installed"
        subprocess.run(["dpkg-deb", "-x", cls.package, cls.tree], check=True)
        cls.root = help_pages.read(PROGRAM)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_lintian(self):
        """Goal: lintian finds nothing wrong, warnings included."""
        done = run("lintian", "--allow-root", "--fail-on", "error,warning", str(self.package))
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_the_program_works(self):
        """Goal: the packaged program is the built one, without its debug symbols."""
        packaged = str(self.tree / "usr/bin/flightcast")
        self.assertEqual(run(packaged, "--version").stdout, run(PROGRAM, "--version").stdout)
        sections = run("readelf", "--section-headers", "--wide", packaged).stdout
        self.assertIn(".rodata", sections)
        self.assertNotIn(".debug_info", sections)
        self.assertNotIn(".symtab", sections)

    def test_every_command_has_a_page(self):
        """Goal: each command has a man page with each of its options, which man prints without a
        complaint."""
        commands = list(self.root.all())
        self.assertGreater(len(commands), 15)
        for command in commands:
            path = self.tree / f"usr/share/man/man1/{command.title}.1.gz"
            shown = run("man", "--warnings", "-E", "UTF-8", "-l", str(path),
                        env={"MANWIDTH": "100", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
            self.assertEqual((shown.returncode, shown.stderr), (0, ""), command.title)
            self.assertIn(command.usage.split(" [")[0], shown.stdout)
            text = gzip.decompress(path.read_bytes()).decode().replace("\\-", "-")
            for option in command.options:
                for flag in option.flags:
                    self.assertIn(f"\\fB{flag}\\fR", text, command.title)

    def test_bash_completes(self):
        """Goal: bash offers commands, flags and choices at their places."""
        script = self.tree / "usr/share/bash-completion/completions/flightcast"
        for words, expected in ((["flightcast", "se"], ["serve"]),
                                (["flightcast", "topics", "de"], ["describe"]),
                                (["flightcast", "serve", "--operations-p"], ["--operations-port"]),
                                (["flightcast", "serve", "--log-level", "de"], ["debug"]),
                                (["flightcast", "serve", "--tls-cert", "/etc/pass"], ["/etc/passwd"])):
            ask = f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _flightcast; echo ${{COMPREPLY[@]}}"
            done = run("bash", "-c", f"source {script}; {ask}")
            self.assertEqual(done.stderr, "")
            self.assertLessEqual(set(expected), set(done.stdout.split()), words)

    @unittest.skipUnless(shutil.which("zsh"), "needs zsh")
    def test_zsh_takes_its_completion(self):
        """Goal: zsh finds no fault in the syntax of its completion."""
        done = run("zsh", "-n", str(self.tree / "usr/share/zsh/vendor-completions/_flightcast"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    @unittest.skipUnless(shutil.which("fish"), "needs fish")
    def test_fish_completes(self):
        """Goal: fish offers commands, flags and choices at their places."""
        script = self.tree / "usr/share/fish/vendor_completions.d/flightcast.fish"
        for line, expected in (("flightcast se", "serve"), ("flightcast topics de", "describe"),
                               ("flightcast serve --operations-p", "--operations-port"),
                               ("flightcast serve --log-level de", "debug")):
            done = run("fish", "--no-config", "-c", f"source {script}; complete -C '{line}'",
                       env={"HOME": self.folder.name, "PATH": "/usr/bin:/bin"})
            offered = [entry.split("\t")[0] for entry in done.stdout.splitlines()]
            self.assertIn(expected, offered, (line, done.stderr))

    def test_its_documents_name_it(self):
        """Goal: the paths that units and pages name are those of the package."""
        unit = (self.tree / "lib/systemd/system/flightcast.service").read_text()
        for path in re.findall(r"(?<=[= ])/(?:usr|etc)/[\w./-]+(?=\s)", unit):
            if path != "/etc/flightcast/environment" and "system/" not in path:  # may be missing
                self.assertTrue((self.tree / path[1:]).exists(), path)


if __name__ == "__main__":
    unittest.main()
