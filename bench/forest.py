#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the forest against its goals, beside scikit-learn and XGBoost (bench/README.md).

usage: forest.py [PART...] [OPTIONS]

Parts are calibration, learning, quality and scoring; all of them when none is named. Each is a program
forest_PART.py beside this file; OPTIONS go to each. The other libraries, in pinned versions, are
installed into an environment of their own in the user's cache.
"""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PINNED = ("numpy==2.4.6", "scikit-learn==1.9.1", "xgboost-cpu==3.2.0")


def parts():
    return sorted(path.stem.removeprefix("forest_") for path in HERE.glob("forest_*.py"))


def environment():
    """The Python of the environment with the other libraries, which is made if need be."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"))
    folder = cache / "flightcast" / "bench-forest"
    stamp = folder / "pinned.txt"
    python = folder / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != "\n".join(PINNED):
        print(f"== install {', '.join(PINNED)}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PINNED],
            check=True,
        )
        stamp.write_text("\n".join(PINNED))
    return python


def main():
    named = [argument for argument in sys.argv[1:] if argument in parts()]
    options = [argument for argument in sys.argv[1:] if argument not in named]
    python = environment()
    status = 0
    for part in named or parts():
        command = [python, HERE / f"forest_{part}.py", *options]
        status = max(status, subprocess.run(command, check=False).returncode)
    sys.exit(status)


if __name__ == "__main__":
    main()
