# SPDX-License-Identifier: Apache-2.0
"""Completions for bash, zsh and fish, from the program's own --help."""


def flags_of(command):
    return [flag for option in command.options for flag in option.flags if flag.startswith("--")]


def valued(command):
    return [option for option in command.options if option.value]


def bash(root):
    """A function that finds the command by the words before the cursor, then offers what it takes."""
    cases = []
    for command in root.all():
        words = list(command.commands) + flags_of(command)
        values = "".join(
            f"            {flag}) _flightcast_words {' '.join(option.choices)}; return;;\n"
            for option in valued(command) if option.choices for flag in option.flags)
        values += "".join(f"            {flag}) COMPREPLY=($(compgen -f -- \"$word\")); return;;\n"
                          for option in valued(command) if option.is_path for flag in option.flags)
        name = " ".join(command.words)
        cases.append(f'    "{name}")\n        case $before in\n{values}        esac\n'
                     f"        _flightcast_words {' '.join(words)};;\n")
    names = " ".join(f'"{" ".join(command.words)}"' for command in root.all() if command.words)
    return f"""# bash completion for flightcast; made from its --help
_flightcast_words() {{ COMPREPLY=($(compgen -W "$*" -- "$word")); }}

_flightcast() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command="" next i name
    for ((i = 1; i < COMP_CWORD; ++i)); do
        next=${{command:+$command }}${{COMP_WORDS[i]}}
        for name in {names}; do
            [[ $name == "$next" ]] && command=$next
        done
    done
    case $command in
{''.join(cases)}    esac
}}
complete -o filenames -F _flightcast flightcast
"""


def zsh_text(text):
    return text.replace("\\", "\\\\").replace("'", "'\\''").replace("[", "(").replace("]", ")").replace(":", "\\:")


def zsh_action(option):
    if option.choices:
        return f":value:({' '.join(option.choices)})"
    if option.is_path:
        return ":file:_files"
    return ":value: " if option.value else ""


def zsh(root):
    functions = []
    for command in root.all():
        specs = [f"        '{flag}[{zsh_text(option.text)}]{zsh_action(option)}' \\\n"
                 for option in command.options for flag in option.flags]
        name = "_".join(["_flightcast", *command.words])
        if command.commands:
            offered = "\n".join(f"        '{child}:{zsh_text(below.summary)}'"
                                for child, below in command.commands.items())
            calls = "\n".join(f"            {child}) {name}_{child};;" for child in command.commands)
            body = (f"    local -a commands=(\n{offered}\n    )\n    local context state line\n"
                    f"    _arguments -C \\\n{''.join(specs)}        '1: :->command' '*:: :->rest'\n"
                    f"    case $state in\n        command) _describe command commands;;\n"
                    f"        rest) case $line[1] in\n{calls}\n        esac;;\n    esac\n")
        else:
            body = f"    _arguments \\\n{''.join(specs)}        '*:file:_files'\n"
        functions.append(f"{name}() {{\n{body}}}\n")
    return "#compdef flightcast\n# made from the program's --help\n" + "\n".join(functions) + "\n_flightcast \"$@\"\n"


def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish(root):
    lines = ["# made from the program's --help", "complete -c flightcast -f"]
    for command in root.all():
        seen = [f"__fish_seen_subcommand_from {word}" for word in command.words]
        if command.commands:
            seen.append("not __fish_seen_subcommand_from " + " ".join(command.commands))
        where = f" -n {fish_quoted('; and '.join(seen))}" if seen else ""
        for child, below in command.commands.items():
            lines.append(f"complete -c flightcast{where} -a {child} -d {fish_quoted(below.summary)}")
        for option in command.options:
            names = "".join(f" -l {f[2:]}" if f.startswith("--") else f" -s {f[1:]}" for f in option.flags)
            value = " -r" if option.value else ""
            if option.choices:
                value += f" -a {fish_quoted(' '.join(option.choices))}"
            elif option.is_path:
                value += " -F"
            lines.append(f"complete -c flightcast{where}{names}{value} -d {fish_quoted(option.text)}")
    return "\n".join(lines) + "\n"
