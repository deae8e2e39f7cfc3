# SPDX-License-Identifier: Apache-2.0
"""The files that git knows or would add."""

import pathlib
import subprocess


def git_files(root, *patterns):
    """Their paths below `root`, sorted; those that match one of git's `patterns`, if any are given."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        check=True, capture_output=True, text=True,
    ).stdout.split("\0")
    return sorted(p for p in set(listed) if p and pathlib.Path(root, p).is_file())
