#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the tree: sizes, tests beside code, comments, words. Needs universal-ctags.

usage: measure.py [--check] [--list NAME] [ROOT]
  --check        exit with 1 if a number is beyond its limit
  --list NAME    the places behind a number: functions, comments, words, folders

Only files that git knows are counted. A test is a file named *_test.*, *_testing.*, *_fuzz.* or
*_bench.*, or one below tests/ or web/test/. measure_test.py shows each number on a small tree.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

from git_files import git_files

TESTS = re.compile(r"_(test|testing|fuzz|bench)\.(cc|h)$|^tests/|^web/test/")
CODE = re.compile(r"\.(cc|h|py|js|mjs)$")
CPP = re.compile(r"\.(cc|h)$")
NOT_OURS = re.compile(r"(^|/)(testdata|golden|vendor|node_modules)/")
# A definition that fits on its line: its name and its body say all there is to say.
ACCESSOR = re.compile(r"\{.*\}\s*$")
# An override is described where the interface is.
NEEDS_NO_COMMENT = re.compile(r"\boperator\b|~|= (delete|default);|\boverride\b")
WORD = re.compile(r"[A-Za-z][A-Za-z'_]*")
FORBIDDEN_STARTS = re.compile(r"\s*//+\s*(What|Who|Whoever|Nobody)\b")

# What STYLE.md promises: name, limit, and whether a number above it is the fault.
LIMITS = {
    "files in the largest folder": (30, "most"),
    "lines of the longest function": (50, "most"),
    "lines of tests for one of code": (0.6, "least"),
    "header functions with a comment, %": (80, "least"),
    "'what' in 1,000 words of comments": (4, "most"),
}


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.paths = [p for p in git_files(root) if CODE.search(p) and not NOT_OURS.search(p)]

    def lines(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace").splitlines()

    def sources(self):
        """The C++ files of the program, without tests."""
        return [p for p in self.paths
                if p.startswith("src/") and CPP.search(p) and not TESTS.search(p)]


def files_by_folder(tree):
    counts = collections.Counter(str(pathlib.PurePosixPath(p).parent) for p in tree.sources())
    return counts.most_common()


def tests_and_code(tree):
    """Lines of tests and of code, in src/, tests/ and web/."""
    tests = code = 0
    for path in tree.paths:
        if not path.startswith(("src/", "tests/", "web/")):
            continue
        lines = len(tree.lines(path))
        if TESTS.search(path):
            tests += lines
        elif path.startswith("src/"):
            code += lines
    return tests, code


def tags_of(tree, paths):
    """What ctags finds in the files, by path."""
    found = collections.defaultdict(list)
    printed = subprocess.run(
        ["ctags", "--output-format=json", "--language-force=C++", "--kinds-C++=fp",
         "--fields=+neKa", "--extras=-F", "-f", "-", *paths],
        cwd=tree.root, check=True, capture_output=True, text=True,
    ).stdout
    for line in printed.splitlines():
        tag = json.loads(line)
        found[tag["path"]].append(tag)
    return found


def function_lengths(tree):
    """(lines, place, name) of every function, the longest first."""
    lengths = []
    for path, tags in tags_of(tree, tree.sources()).items():
        for tag in tags:
            if tag["kind"] == "function" and "end" in tag:
                length = tag["end"] - tag["line"] + 1
                lengths.append((length, f"{path}:{tag['line']}", tag["name"]))
    return sorted(lengths, reverse=True)


def declaration(lines, number):
    """The text from line `number` (from 1) to the end of the declaration that begins there."""
    text = ""
    for line in lines[number - 1:number + 9]:
        text += line + " "
        if re.search(r"[;}]\s*(//.*)?$", line):
            break
    return text.rstrip()


def is_commented(lines, number):
    """Whether line `number` (from 1) has a comment: on itself, or above the block without an empty
    line that it stands in."""
    if "//" in lines[number - 1]:
        return True
    at = number - 2
    while at >= 0 and lines[at].strip() and not lines[at].rstrip().endswith(":"):
        if lines[at].lstrip().startswith("//"):
            return True
        if re.match(r"\s*(class|struct|namespace|union)\b.*\{\s*$", lines[at]):
            return False
        at -= 1
    return False


def header_functions(tree):
    """(with a comment, places without) of the functions that headers offer."""
    commented, bare = 0, []
    headers = [p for p in tree.sources() if p.endswith(".h")]
    for path, tags in tags_of(tree, headers).items():
        lines = tree.lines(path)
        for tag in tags:
            line, name = declaration(lines, tag["line"]), tag["name"]
            if tag.get("access") in ("private", "protected") or ACCESSOR.search(line):
                continue
            if NEEDS_NO_COMMENT.search(line) or NEEDS_NO_COMMENT.search(name):
                continue
            if is_commented(lines, tag["line"]):
                commented += 1
            else:
                bare.append(f"{path}:{tag['line']} {name}")
    return commented, bare


def comment_lines(tree):
    """(place, text) of each comment line of the program, tests too."""
    for path in tree.paths:
        if not path.startswith("src/") or not CPP.search(path):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            at = line.find("//")
            if at >= 0 and line.count('"', 0, at) % 2 == 0 and "SPDX-" not in line:
                yield f"{path}:{number}", line[at:]


def words_of_comments(tree):
    """(words, how often 'what', comment lines that start with What, Who, Whoever or Nobody)."""
    words, what, starts = 0, [], []
    for place, text in comment_lines(tree):
        found = [w.lower() for w in WORD.findall(text)]
        words += len(found)
        what += [f"{place} {text}"] * found.count("what")
        if FORBIDDEN_STARTS.match(text):
            starts.append(f"{place} {text}")
    return words, what, starts


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0


def shape(values):
    return f"{quantile(values, 0.5)} / {quantile(values, 0.9)} / {max(values, default=0)}"


def measure(tree):
    """Pairs of name and number or text, in the order in which they are printed."""
    sizes = [len(tree.lines(p)) for p in tree.sources()]
    headers = [len(tree.lines(p)) for p in tree.sources() if p.endswith(".h")]
    folders = files_by_folder(tree)
    lengths = function_lengths(tree)
    tests, code = tests_and_code(tree)
    commented, bare = header_functions(tree)
    words, what, starts = words_of_comments(tree)
    return [
        ("files of the program", len(sizes)),
        ("lines of the program", sum(sizes)),
        ("lines of a file, median / 90 % / most", shape(sizes)),
        ("lines of a header, median / 90 % / most", shape(headers)),
        ("files in the largest folder", folders[0][1] if folders else 0),
        ("lines of a function, median / 90 % / most", shape([n for n, _, _ in lengths])),
        ("functions over 40 lines", sum(n > 40 for n, _, _ in lengths)),
        ("lines of the longest function", lengths[0][0] if lengths else 0),
        ("lines of tests for one of code", round(tests / code, 2) if code else 0.0),
        ("header functions with a comment, %",
         round(100 * commented / max(1, commented + len(bare)), 1)),
        ("words of comments", words),
        ("'what' in 1,000 words of comments", round(1000 * len(what) / max(1, words), 1)),
        ("comment lines that start with What, Who, Whoever, Nobody", len(starts)),
    ]


def listing(tree, name):
    if name == "folders":
        return [f"{count:4} {folder}" for folder, count in files_by_folder(tree)]
    if name == "functions":
        return [f"{n:4} {place} {what}" for n, place, what in function_lengths(tree)[:40]]
    if name == "comments":
        return header_functions(tree)[1]
    _, what, starts = words_of_comments(tree)
    return [*what, *starts]


def is_beyond(name, value):
    if name not in LIMITS:
        return False
    limit, kind = LIMITS[name]
    return value > limit if kind == "most" else value < limit


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--list", choices=["folders", "functions", "comments", "words"])
    parser.add_argument("root", nargs="?", default=".")
    arguments = parser.parse_args()
    tree = Tree(arguments.root)
    if arguments.list:
        print("\n".join(listing(tree, arguments.list)))
        return 0
    failed = False
    for name, value in measure(tree):
        limit = ""
        if name in LIMITS:
            bound, kind = LIMITS[name]
            limit = f"  (at {kind} {bound})"
        beyond = is_beyond(name, value)
        failed |= beyond
        print(f"{name:58} {value!s:>14}{limit}{'  BEYOND' if beyond else ''}")
    return 1 if arguments.check and failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:
        sys.exit(1)
