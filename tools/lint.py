#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs clang-format and clang-tidy over the C++ files, in parallel.

A file that clang-tidy found nothing in is not checked again until something changes that it depends
on: its own text, a project header it includes (directly or not), how it is compiled, .clang-tidy, or
the version of clang-tidy. Each check that passed leaves an empty file named after a hash of all that.

Most of the time goes into headers, so files that are compiled alike are checked together, as one file
that includes them. Where that finds something, be it only that two of them use one name, each is
checked alone, and what is found alone counts.
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from git_files import git_files

ENTRIES_MAX = 20_000  # of the cache; the oldest go
SECONDS_MAX = 300     # for one group
GROUP_MAX = 8         # files that are checked together

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def run(command, timeout=None):
    return subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=timeout
    )


@functools.cache
def text_of(path):
    return path.read_text(encoding="utf-8", errors="replace")


def headers_of(path, folders):
    """The project's headers that `path` includes, directly or not."""
    seen, todo = set(), [path]
    while todo:
        current = todo.pop()
        for name in INCLUDE.findall(text_of(current)):
            for folder in (current.parent, *folders):
                header = folder / name
                if header.is_file():
                    header = header.resolve()
                    if header not in seen:
                        seen.add(header)
                        todo.append(header)
                    break
    return seen


def key_of(entry, settings, root):
    """Names everything that the result of clang-tidy on this file depends on, but not where the
    checkout stands: another one of the same text has the same results."""
    path = pathlib.Path(entry["file"])
    folders = [pathlib.Path(f) for f in re.findall(r"-I\s*(\S+)", entry["command"])]
    digest = hashlib.sha256(settings.encode())
    digest.update(entry["command"].replace(str(root), ".").encode())
    for part in [path, *sorted(headers_of(path, folders))]:
        digest.update(f"{os.path.relpath(part, root)}\n{text_of(part)}".encode())
    return digest.hexdigest()


def check_format(tools, root):
    files = git_files(root, "*.cc", "*.h")
    if not files:
        return 0
    result = run([tools / "clang-format", "--dry-run", "-Werror", *files])
    wrong = sorted(set(re.findall(r"^([^\s:]+):\d+:\d+: error", result.stderr, re.MULTILINE)))
    for path in wrong:
        print(f"{path}: not as clang-format wants it; run ./dev format")
    if result.returncode != 0 and not wrong:
        print(result.stderr)
        return 1
    print(f"format: {len(files)} files, {len(wrong)} wrong")
    return len(wrong)


def tidy(tools, build, file, *flags):
    """What clang-tidy says about one file; empty when nothing."""
    try:
        # Clang blames the caller for what libstdc++'s own algorithms do (std::stable_sort's buffer).
        result = run([tools / "clang-tidy", "-p", build, "--quiet", *flags,
                      "--extra-arg=-Wno-deprecated-declarations", file], SECONDS_MAX)
    except subprocess.TimeoutExpired:
        return f"{file}: clang-tidy took more than {SECONDS_MAX} s\n"
    return "" if result.returncode == 0 else result.stdout + result.stderr


def how_compiled(entry):
    """The command without the names of the file and of its object."""
    return re.sub(r" -o \S+ -c \S+$", "", entry["command"])


def groups_of(entries, size=GROUP_MAX):
    """The files in groups that are compiled alike. Tests of one folder use each other's names more
    often than others do, so a group has tests of different folders."""
    alike = {}
    for name in sorted(entries):
        kind = name.endswith("_test.cc")
        alike.setdefault((how_compiled(entries[name]), kind), []).append(name)
    groups = []
    for (_, is_test), names in sorted(alike.items()):
        count = -(-len(names) // size)
        if is_test:
            groups += [names[first::count] for first in range(count)]
        else:
            groups += [names[first:first + size] for first in range(0, len(names), size)]
    return groups


class Groups:
    """A folder with a file for each group, and with how each is compiled."""

    def __init__(self, folder, entries, groups):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        commands = []
        for number, names in enumerate(groups):
            file = self.file_of(number)
            file.write_text("".join(f'#include "{name}"\n' for name in names))
            entry = entries[names[0]]
            commands.append({"directory": entry["directory"], "file": str(file),
                             "command": f"{how_compiled(entry)} -c {file}"})
        (folder / "compile_commands.json").write_text(json.dumps(commands))

    def file_of(self, number):
        return self.folder / f"group_{number}.cc"

    def is_clean(self, tools, number, config):
        flags = [f"--config-file={config}", "--checks=-bugprone-suspicious-include"]
        return tidy(tools, self.folder, self.file_of(number), *flags) == ""


def forget_old(cache):
    entries = sorted(cache.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
    for entry in entries[ENTRIES_MAX:]:
        entry.unlink(missing_ok=True)


def check_tidy(tools, build, cache, root):
    cache.mkdir(parents=True, exist_ok=True)
    settings = (root / ".clang-tidy").read_text() + run([tools / "clang-tidy", "--version"]).stdout
    source = str(root / "src") + os.sep
    entries = {e["file"]: e for e in json.loads((build / "compile_commands.json").read_text())
               if e["file"].startswith((source, str(root / "examples"), str(root / "tests")))
               and e["file"].endswith(".cc") and os.path.exists(e["file"])}
    stamps = {name: cache / key_of(entry, settings, root) for name, entry in entries.items()}
    todo = [name for name in entries if not stamps[name].exists()]
    print(f"clang-tidy: {len(entries)} files, {len(todo)} to check", flush=True)
    groups = groups_of({name: entries[name] for name in todo})
    together = Groups(build / "lint_groups", entries, groups)
    failed = 0

    def check(number):
        """What is found in the files of a group, by file."""
        names = groups[number]
        if len(names) > 1 and together.is_clean(tools, number, root / ".clang-tidy"):
            return dict.fromkeys(names, "")
        return {name: tidy(tools, build, name) for name in names}

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(check, range(len(groups))):
            for name, output in found.items():
                if output:
                    failed += 1
                    print(output, flush=True)
                else:
                    stamps[name].touch()
    for stamp in stamps.values():
        if stamp.exists():
            os.utime(stamp)
    forget_old(cache)
    print(f"clang-tidy: {failed} files with findings")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="folder of the programs")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="has compile_commands.json")
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parent.parent
    start = time.monotonic()
    wrong = check_format(arguments.tools, root)
    wrong += check_tidy(arguments.tools, arguments.build, arguments.cache, root)
    print(f"lint: {wrong} files with findings, {time.monotonic() - start:.1f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
