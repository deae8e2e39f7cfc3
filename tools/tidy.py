#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the house rules of STYLE.md that clang-tidy cannot check.

usage: tidy.py [ROOT]      prints PATH:LINE: what is wrong; exits 1 if anything is
       tidy.py --prose     lists the places that tools/prose.json counts
       tidy.py --tighten   lowers the counts in tools/prose.json to those of today

Only files that git knows or would add are looked at. tidy_test.py shows each rule at work.
"""

import json
import pathlib
import re
import sys

from git_files import git_files

LINES_MAX = 500
TEST_LINES_MAX = 800

# Headers that only some modules may include: a prefix of the header, and a pattern for the files
# (relative to src/) that may.
RESERVED_HEADERS = [
    ("boost/beast", r"gateway/net/|loadtest/"),
    ("boost/asio", r"gateway/net/"),
    ("librdkafka/", r"eventlog/kafka/"),
    ("mongoc", r"store/mongo/"),
    ("bson", r"store/mongo/"),
    ("sqlite3.h", r"sqlite/"),
    ("CLI/", r"app/([^/]*/)?[^/]*\.cc$"),
    ("spdlog/", r"telemetry/[^/]*\.cc$"),
    ("prometheus/", r"telemetry/[^/]*\.cc$"),
    ("base/planted_bug.h", r".*\.cc$|base/planted_bug_testing\.h$"),
    ("gtest/", r".*_(test|testing)\.(cc|h)$"),
    ("gmock/", r".*_(test|testing)\.(cc|h)$"),
    ("benchmark/", r".*_bench\.cc$"),
]

# In any text file. The patterns are put together so that this file passes its own check.
BANNED = [
    (re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b(?!\(#\d+\))"), "needs an issue: TO" "DO(#12)"),
    (re.compile(r"(?<![\w.])/(work|root)/[\w.]"), "a path of one machine"),
    (
        re.compile(r"registry\.npmjs|pypi\.org|files\.pythonhosted|deb\.debian\.org|proxy\.golang"),
        "the host of a package registry",
    ),
]

CODE = {".cc", ".h"}
NEEDS_SPDX = CODE | {".py", ".sh", ".js", ".mjs", ".css"}
TEXT = NEEDS_SPDX | {".cmake", ".in", ".json", ".md", ".txt", ".html", ".toml", ".yml", ".yaml", ""}
# Recorded data and lock files say what they say.
NOT_OURS = re.compile(r"(^|/)(testdata|golden)/|package-lock\.json$|^data/|^models/|^LICENSE$")
# Handed on to others as it is, so it needs the line of the licence of whoever wrote it.
NO_SPDX = re.compile(r"^web/(data|static/vendor)/")

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.MULTILINE)
TEST = re.compile(r"^(?:TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP)\(", re.MULTILINE)
PYTHON_TEST = re.compile(r'^ +def test_\w+\([^)]*\):\n(?! +"""Goal: )', re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
MODULE = re.compile(r"fc_module\(\s*([^)]*)\)")


# Habits of prose that STYLE.md rules out: {name: (kind of text, pattern)}. The old ones are counted.
HABITS = {
    "comment lines that start with What, Who, Whoever or Nobody":
        ("comment", re.compile(r"//+ (What|Who|Whoever|Nobody)\b")),
    "'what' in comments": ("comment", re.compile(r"\bwhat\b", re.IGNORECASE)),
    "'is none' or 'are none' in comments": ("comment", re.compile(r"\b(is|are) none\b")),
    "'come', 'comes' or 'came' in comments": ("comment", re.compile(r"\b(comes?|came)\b", re.IGNORECASE)),
    "'nobody' or 'whoever' in comments": ("comment", re.compile(r"\b(nobody|whoever)\b", re.IGNORECASE)),
    "'nobody', 'whoever', 'is none' or 'what came' in messages":
        ("message", re.compile(r"\b(nobody|whoever|is none|what came|what comes)\b", re.IGNORECASE)),
    "'what' in docs": ("docs", re.compile(r"\bwhat\b", re.IGNORECASE)),
    "'nobody', 'whoever' or 'is none' in docs":
        ("docs", re.compile(r"\b(nobody|whoever|is none)\b", re.IGNORECASE)),
}
HABIT_COUNTS = "tools/prose.json"


# One word means one thing (ARCHITECTURE.md, "Words"): a type of such a name, the files (relative to
# src/) that may define it, and the word for another thing.
DEFINES = r"\b(?:class|struct|enum class|using) "
WORDS = [
    (re.compile(DEFINES + r"(Histogram)\b"), r"telemetry/",
     "a Histogram is a metric; name others by their content: LatencyHistogram, NodeCounts"),
    (re.compile(DEFINES + r"(\w*Scorer)\b"), r"scoring/|batch/",
     "a scorer turns requests into outcomes; a forest has a Walker, a model a Predictor"),
]


class Tree:
    """The files to check, and what was found."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.paths = git_files(root)
        self.findings = []
        self._texts = {}

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    def report(self, path, line, what):
        self.findings.append(f"{path}:{line}: {what}")

    def with_suffix(self, suffixes):
        return [p for p in self.paths if pathlib.Path(p).suffix in suffixes]


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def modules_of(tree):
    """The folders below src/ with a module.cmake: {folder: (USES, TEST_USES)}."""
    modules = {}
    for path in tree.paths:
        if not (path.startswith("src/") and path.endswith("/module.cmake")):
            continue
        found = MODULE.search(tree.text(path))
        if not found:
            continue
        words = found.group(1).split()
        lists, current = {"USES": [], "TEST_USES": []}, None
        for word in words[1:]:
            if word in ("USES", "LINKS", "TEST_USES", "TEST_LINKS"):
                current = lists.get(word)
            elif current is not None:
                current.append(word)
        modules[words[0]] = (lists["USES"], lists["TEST_USES"])
        if path != f"src/{words[0]}/module.cmake":
            tree.report(path, 1, f"names another module, {words[0]}")
    return modules


def reachable(modules, start):
    """What a module may include: what it uses, and what that uses."""
    seen, todo = set(), list(start)
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo.extend(modules.get(module, ([], []))[0])
    return seen


def module_of(path, modules):
    folder = str(pathlib.PurePosixPath(path).parent)
    return folder if folder in modules else None


def check_includes(tree):
    modules = modules_of(tree)
    for path in tree.with_suffix(CODE):
        if not path.startswith("src/"):
            continue
        inner = path[len("src/"):]
        own = module_of(inner, modules)
        if own is None:
            tree.report(path, 1, "stands in a folder without module.cmake")
            continue
        uses, test_uses = modules[own]
        is_test = re.search(r"_(test|testing|bench|fuzz)\.(cc|h)$", inner)
        allowed = reachable(modules, [own, *uses, *(test_uses if is_test else [])])
        # "eventlog_testing" in TEST_USES stands for the helpers of eventlog.
        allowed |= {u.removesuffix("_testing") for u in (test_uses if is_test else [])}
        for found in INCLUDE.finditer(tree.text(path)):
            header, line = found.group(1), line_of(tree.text(path), found.start())
            for prefix, may in RESERVED_HEADERS:
                if header.startswith(prefix) and not re.match(may, inner):
                    tree.report(path, line, f"<{header}> may not be included here")
            other = module_of(header, modules)
            if other is not None and other not in allowed:
                tree.report(path, line, f"{own} does not say in module.cmake that it uses {other}")


def check_module_table(tree):
    """Every module has a row in ARCHITECTURE.md, and every row a folder."""
    name = "ARCHITECTURE.md"
    if name not in tree.paths:
        print(f"tidy: no {name} yet, its module table is not checked")
        return
    text = tree.text(name)
    rows = {r.rstrip("/"): line_of(text, m.start())
            for m in re.finditer(r"^\|([^|]*)\|", text, re.MULTILINE)
            for r in re.findall(r"`([a-z_/]+/)`", m.group(1))}
    modules = modules_of(tree)
    for module in modules:
        if module not in rows:
            tree.report(name, 1, f"the module table lacks `{module}/`")
    for row, line in rows.items():
        if not any(p.startswith((f"src/{row}/", f"{row}/")) for p in tree.paths):
            tree.report(name, line, f"`{row}/` is no folder")


def check_module_list(tree):
    """Every module is built: it stands in the list of src/CMakeLists.txt."""
    name = "src/CMakeLists.txt"
    if name not in tree.paths:
        return
    listed = re.search(r"set\(modules([^)]*)\)", tree.text(name))
    rows = set(listed.group(1).split()) if listed else set()
    for module in modules_of(tree):
        if module not in rows:
            tree.report(name, 1, f"the list of modules lacks {module}, so it is not built")


def check_files(tree):
    for path in tree.paths:
        if pathlib.Path(path).suffix not in TEXT or NOT_OURS.search(path):
            continue
        text = tree.text(path)
        lines = text.count("\n")
        is_test = "_test." in path or path.startswith("tests/") or ".test." in path
        most = TEST_LINES_MAX if is_test else LINES_MAX
        if pathlib.Path(path).suffix in NEEDS_SPDX:
            if lines > most:
                tree.report(path, most, f"{lines} lines, more than {most}: split it")
            head = "\n".join(text.splitlines()[:3])
            if "SPDX-License-Identifier: Apache-2.0" not in head and not NO_SPDX.search(path):
                tree.report(path, 1, "no SPDX-License-Identifier line")
        for pattern, what in BANNED:
            for found in pattern.finditer(text):
                tree.report(path, line_of(text, found.start()), f"'{found.group(0)}': {what}")


def check_links(tree):
    for path in tree.with_suffix({".md"}):
        text = tree.text(path)
        for found in LINK.finditer(text):
            target = found.group(1)
            if re.match(r"[a-z]+:", target):
                continue
            if not (tree.root / path).parent.joinpath(target).exists():
                tree.report(path, line_of(text, found.start()), f"'{target}' does not exist")


def check_options(tree):
    """Every member of the options is read by a command: a value that is parsed and never handed on
    would do nothing, and nobody would notice."""
    header = "src/app/options/options.h"
    if header not in tree.paths:
        return
    text = tree.text(header)
    body = re.search(r"struct ServeOptions \{(.*?)\n\};", text, re.DOTALL)
    if not body:
        return
    users = [tree.text(p) for p in tree.with_suffix(CODE)
             if p.startswith("src/app/") and not p.startswith("src/app/options/") and "_test." not in p]
    member = re.compile(r"^    (?![ /])[\w:<>, ]+?\s(\w+)(?: =[^;]*|\{[^;]*\})?;", re.MULTILINE)
    for found in member.finditer(body.group(1)):
        name = found.group(1)
        # Or a function of the options reads it, which commands call.
        if len(re.findall(rf"\b{name}\b", body.group(1))) > 1 and "()" in body.group(1):
            continue
        if not any(re.search(rf"options_?\.{name}\b", user) for user in users):
            tree.report(header, line_of(text, body.start(1) + found.start(1)),
                        f"no command reads {name}: hand it on in app/serve/, or remove the option")


def check_guide(tree):
    """The files that the guides name exist. A path with a part `name` stands for any."""
    for page in ("ARCHITECTURE.md", "CONTRIBUTING.md", "docs/reliability.md", "docs/simulation.md"):
        if page not in tree.paths:
            continue
        text = tree.text(page)
        for found in re.finditer(r"`([\w./-]+/[\w.-]+\.(?:h|cc|py|md|json|html))`", text):
            path = found.group(1)
            if "name" not in re.split(r"[/._]", path) and not (
                    path in tree.paths or f"src/{path}" in tree.paths):
                tree.report(page, line_of(text, found.start()), f"`{path}` does not exist")


def table_rows(text):
    """Of each table in a page: (line, heading of its first column, first cell) for every row."""
    heading = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            heading = None
        elif heading is None:
            heading = line.split("|")[1].strip()
        elif not line.startswith("|---"):
            yield number, heading, line.split("|")[1]


def check_module_readmes(tree):
    """Pages of modules are linked from ARCHITECTURE.md, and their tables name what the folders have."""
    guide = tree.text("ARCHITECTURE.md") if "ARCHITECTURE.md" in tree.paths else ""
    for page in tree.paths:
        folder = page.removesuffix("/README.md")
        if not page.startswith("src/") or page == folder or NOT_OURS.search(page):
            continue
        if f"]({page})" not in guide:
            tree.report(page, 1, "ARCHITECTURE.md does not link it")
        files = [path.removeprefix(f"{folder}/") for path in tree.paths if path.startswith(f"{folder}/")]
        folders = {path.split("/")[0] + "/" for path in files if "/" in path} - {"testdata/"}
        known = folders | set(files) | {re.sub(r"\.(h|cc)$", "", path) for path in files}
        named, last = set(), 0
        for number, heading, cell in table_rows(tree.text(page)):
            if heading not in ("folder", "file", "read first"):
                continue
            names = re.findall(r"`([^`]+)`", cell)
            for name in names:
                if name not in known:
                    tree.report(page, number, f"`{name}` is not in {folder}/")
            if heading == "folder":
                named, last = named | set(names), number
        for missing in sorted(folders - named) if last else ():
            tree.report(page, last, f"the table lacks `{missing}`")


def check_limits(tree):
    """docs/limits.md says of every bound what happens beyond it."""
    header, page = "src/base/limits.h", "docs/limits.md"
    if header not in tree.paths:
        return
    said = set(re.findall(r"`(k\w+)`", tree.text(page))) if page in tree.paths else set()
    for found in re.finditer(r"^constexpr \S+ (k\w+) =", tree.text(header), re.MULTILINE):
        if found.group(1) not in said:
            tree.report(header, line_of(tree.text(header), found.start()),
                        f"{page} does not say what happens beyond {found.group(1)}")


def check_goals(tree):
    """Each test says before its first line what it is for."""
    for path in tree.with_suffix({".cc"}):
        if not path.endswith("_test.cc"):
            continue
        lines = tree.text(path).splitlines()
        for found in TEST.finditer(tree.text(path)):
            number = line_of(tree.text(path), found.start())
            first = number - 1
            while first > 0 and lines[first - 1].startswith("//"):
                first -= 1
            # Above the test, or as the first words of its body.
            around = lines[first:number - 1] + lines[number:number + 3]
            if not any(re.match(r"\s*// Goal: ", line) for line in around):
                tree.report(path, number, "the test does not say its goal ('// Goal: ...')")
    for path in tree.with_suffix({".py"}):
        for found in PYTHON_TEST.finditer(tree.text(path)):
            tree.report(path, line_of(tree.text(path), found.start()),
                        "the test does not say its goal (a docstring 'Goal: ...')")


def comment_and_strings(line):
    """The comment of a line of C++ and the string literals before it."""
    strings = []
    for found in re.finditer(r'"((?:\\.|[^"\\])*)"|//', line):
        if found.group(0) == "//":
            return line[found.start():], strings
        strings.append(found.group(1))
    return "", strings


def prose_of(tree):
    """(kind, path, line, text) of each piece of prose: comments, messages, docs."""
    for path in tree.paths:
        if path.endswith(".md") and not NOT_OURS.search(path):
            for number, line in enumerate(tree.text(path).splitlines(), 1):
                # Tables say "what" in their heads, and STYLE.md names what it rules out.
                if path != "STYLE.md" and not re.match(r"\|.*\|\s*$", line):
                    yield "docs", path, number, line
        if path.startswith("src/") and pathlib.Path(path).suffix in CODE:
            is_test = re.search(r"_(test|testing|bench|fuzz)\.(cc|h)$", path)
            for number, line in enumerate(tree.text(path).splitlines(), 1):
                comment, strings = comment_and_strings(line)
                if comment:
                    yield "comment", path, number, comment
                if not is_test and not line.lstrip().startswith("#include"):
                    for text in strings:
                        yield "message", path, number, text


def habits_of(tree):
    """{habit: [(path, line, text)]}, once for each time that it stands there."""
    found = {name: [] for name in HABITS}
    for kind, path, number, text in prose_of(tree):
        for name, (habit_kind, pattern) in HABITS.items():
            if kind == habit_kind:
                found[name] += [(path, number, text)] * len(pattern.findall(text))
    return found


def check_prose(tree):
    """No habit that STYLE.md rules out grows beyond the count it had."""
    if HABIT_COUNTS not in tree.paths:
        return
    counts = json.loads(tree.text(HABIT_COUNTS))
    for name, places in habits_of(tree).items():
        most = counts.get(name, 0)
        if len(places) > most:
            tree.report(HABIT_COUNTS, 1, f"{name}: {len(places)}, and {most} is the most; write it as "
                        "STYLE.md says under 'Prose' (tidy.py --prose lists the places)")


def list_prose(tree):
    for name, places in habits_of(tree).items():
        print(f"== {name}: {len(places)}")
        for path, number, text in places:
            print(f"{path}:{number}: {text.strip()}")


def tighten(tree):
    """Writes today's counts; one that has grown stays."""
    file = tree.root / HABIT_COUNTS
    old = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    new = {name: min(len(places), old.get(name, len(places)))
           for name, places in habits_of(tree).items()}
    file.write_text(json.dumps(new, indent=4) + "\n", encoding="utf-8")


def check_words(tree):
    """No type takes a word of the glossary for another thing."""
    for path in tree.with_suffix(CODE):
        if not path.startswith("src/"):
            continue
        for pattern, may, what in WORDS:
            for found in pattern.finditer(tree.text(path)):
                if not re.match(may, path[len("src/"):]) and not is_forward(tree.text(path), found):
                    tree.report(path, line_of(tree.text(path), found.start()), f"{found.group(1)}: {what}")


def is_forward(text, found):
    """Whether a match is only a declaration: the definition is looked at where it stands."""
    return text[found.end():found.end() + 1] == ";"


CHECKS = [
    check_prose, check_words, check_includes, check_module_table, check_module_list, check_files,
    check_links, check_options, check_guide, check_module_readmes, check_limits, check_goals,
]


def main():
    flags = [a for a in sys.argv[1:] if a.startswith("--")]
    folders = [a for a in sys.argv[1:] if not a.startswith("--")]
    tree = Tree(folders[0] if folders else ".")
    if flags:
        {"--prose": list_prose, "--tighten": tighten}[flags[0]](tree)
        return 0
    for check in CHECKS:
        check(tree)
    for finding in sorted(tree.findings):
        print(finding)
    if tree.findings:
        print(f"tidy: {len(tree.findings)} findings; STYLE.md has the rules")
        return 1
    print(f"tidy: {len(tree.paths)} files are in order")
    return 0


if __name__ == "__main__":
    sys.exit(main())
