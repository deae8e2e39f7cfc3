// SPDX-License-Identifier: Apache-2.0
//
// A command is a function `add_<name>_command(program, exit_code)` in the header
// app/<room>/<room>_command.h: it adds the command's flags, its help with examples, and a callback
// that runs it and sets `exit_code`, which outlives the parsing. main.cc lists them all.
#pragma once

namespace CLI {
class App;
}

namespace flightcast::app::cli {

// A command's result: the exit code of the program. 0 done, 1 failed, 2 wrong usage.
struct ExitCode {
    int value = 0;
};

}  // namespace flightcast::app::cli
