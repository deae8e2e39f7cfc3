#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of this folder with a Python that has what they need; arguments go to
unittest."""

import os
import pathlib
import sys

import kits

TESTS = ["test_migration", "test_switching", "test_guide"]

if __name__ == "__main__":
    python = kits.python()
    kits.connector_jars()
    os.chdir(pathlib.Path(__file__).resolve().parent)
    os.execv(python, [python, "-m", "unittest", "-v", *(sys.argv[1:] or TESTS)])
