# SPDX-License-Identifier: Apache-2.0
"""The Python of the chaos rounds: one with the clients that users have, kept in the cache, that finds the
helpers of the other tests, too."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / part) for part in ("tests/integration", "tests/end_to_end", "tools/services")]
PACKAGES = ["confluent-kafka==2.16.1", "python-socketio[client]==5.18.1", "pymongo==4.20.0"]


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "flightcast"


def python():
    """The path of a Python that has PACKAGES."""
    folder = cache_folder() / "chaos-venv"
    stamp = folder / "_".join(PACKAGES)
    if not stamp.exists():
        print(f"== install {' '.join(PACKAGES)} (once, 40 MB)", file=sys.stderr, flush=True)
        run([sys.executable, "-m", "venv", "--clear", folder])
        run([folder / "bin/pip", "install", "-q", "--disable-pip-version-check", *PACKAGES])
        stamp.touch()
    return folder / "bin/python"


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"'{command[0]}' failed:\n{done.stdout}{done.stderr}")


def become_that_python():
    """Goes on in it, with the same arguments, unless this is the one already."""
    chosen = python()
    if pathlib.Path(sys.prefix) != chosen.parent.parent:
        os.execv(chosen, [str(chosen), *sys.argv])
