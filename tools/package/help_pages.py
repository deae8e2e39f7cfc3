# SPDX-License-Identifier: Apache-2.0
"""The program's commands and options as its own --help tells them: the one source of man pages and
completions."""

import dataclasses
import re
import subprocess

# "  --port PORT                 Port to listen on" or "  init                        Create ..."
ENTRY = re.compile(r"^  (\S.*?)(?: {2,}(\S.*))?$")
INDENT = 30  # where texts begin that have no place beside a long flag


@dataclasses.dataclass
class Option:
    flags: list  # "--port", "-h"
    value: str  # "PORT"; empty: a switch
    text: str

    @property
    def choices(self):
        """The values of "auto|text|json"; else none."""
        return self.value.split("|") if "|" in self.value else []

    @property
    def is_path(self):
        return self.value.split(" ")[0].rstrip(".") in ("PATH", "FILE", "DIR", "FILE...")


@dataclasses.dataclass
class Command:
    words: list  # after "flightcast"; empty: the program itself
    summary: str = ""
    usage: str = ""
    options: list = dataclasses.field(default_factory=list)
    commands: dict = dataclasses.field(default_factory=dict)  # name -> Command
    rest: str = ""  # examples and notes, as they stand

    @property
    def title(self):
        return "-".join(["flightcast", *self.words])

    def all(self):
        """This command and all below it."""
        yield self
        for command in self.commands.values():
            yield from command.all()


def _entries(lines):
    """(left, text) of each entry of a section; a text may stand in the next line."""
    found = []
    for line in lines:
        if line.startswith(" " * INDENT) and found:
            found[-1][1] = (found[-1][1] + " " + line.strip()).strip()
        elif match := ENTRY.match(line):
            left, text = match[1], match[2] or ""
            if not text and " Excludes: " not in left and left.count(" ") > 2:
                left, _, text = left.partition(" ")  # "--json Excludes: ..." have one space only
            found.append([left, text])
    return found


def _option(left, text):
    left = re.sub(r"\{false\}", "", left)
    # "--json Excludes: --markdown Print JSON." is in one piece.
    excludes = re.match(r"(--\S+) Excludes: --\S+ ?(.*)", f"{left} {text}".strip())
    if excludes:
        return Option([excludes[1]], "", excludes[2])
    names, _, value = left.partition(" ")
    return Option(names.split(","), value, text)


def parse(text, words):
    """The command whose --help is `text`."""
    lines = text.rstrip().split("\n")
    command = Command(words, summary=lines[0])
    section, sections, rest = None, {"Options": [], "Subcommands": [], "Positionals": []}, []
    for line in lines[1:]:
        if line.startswith("Usage: "):
            command.usage = line.removeprefix("Usage: ")
        elif line.rstrip(":") in sections and line.endswith(":"):
            section = line[:-1]
        elif section and not line:
            section = None
        elif section:
            sections[section].append(line)
        else:
            rest.append(line)
    command.options = [_option(*entry) for entry in _entries(sections["Options"])]
    command.commands = {left: Command([*words, left], summary=text)
                        for left, text in _entries(sections["Subcommands"])}
    command.rest = "\n".join(rest).strip("\n")
    return command


def read(program, words=()):
    """The command `words` of `program`, and all below it."""
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True)
    command = parse(done.stdout, list(words))
    command.commands = {name: read(program, [*words, name]) for name in command.commands}
    return command
