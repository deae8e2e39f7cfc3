# SPDX-License-Identifier: Apache-2.0
"""Man pages of the program and each of its commands, from its own --help."""

import re


def escaped(text):
    """Text as troff prints it as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


def option_lines(option):
    flags = ", ".join(f"\\fB{escaped(flag)}\\fR" for flag in option.flags)
    value = f" \\fI{escaped(option.value)}\\fR" if option.value else ""
    return [".TP", flags + value, escaped(option.text) or "No text."]


def sections(command):
    yield "NAME", [f"{escaped(command.title)} \\- {escaped(command.summary.rstrip('.'))}"]
    yield "SYNOPSIS", [f".B {escaped(command.usage)}"]
    if command.commands:
        yield "COMMANDS", [line for name, child in command.commands.items()
                           for line in (".TP", f"\\fB{escaped(name)}\\fR", escaped(child.summary))]
    if command.options:
        yield "OPTIONS", [line for option in command.options for line in option_lines(option)]
    if command.rest:
        yield "NOTES", [".nf", *escaped(command.rest).split("\n"), ".fi"]
    if not command.words:
        yield "FILES", [".TP", ".I /etc/flightcast/flightcast.toml",
                        "Options of the services, in TOML.",
                        ".TP", ".I /var/lib/flightcast", "Data of the service \\fBflightcast\\fR."]
    others = [child.title for child in command.commands.values()]
    others += ["-".join(["flightcast", *command.words[:-1]])] if command.words else []
    yield "SEE ALSO", [",\n".join(f".BR {escaped(name)} (1)" for name in others).replace(" (1),", " (1),")]


def page(command, version, day):
    """The page of one command, in troff's man macros."""
    head = f'.TH {command.title.upper()} 1 "{day}" "flightcast {version}" "flightcast"'
    lines = [head, ".ie \\n(.g .ds Aq \\(aq", ".el .ds Aq '"]
    for name, body in sections(command):
        lines += [f".SH {name}", *body]
    return "\n".join(lines) + "\n"
