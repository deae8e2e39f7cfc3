// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/cli/exit_code.h"
#include "base/result.h"

namespace flightcast::app::cli {

// A program without commands. The one place that compiles CLI11's formatters and validators: all
// other files include <CLI/App.hpp> only.
[[nodiscard]] std::unique_ptr<CLI::App> new_program(
    const std::string& description, const std::string& name
);

// Runs the command that `arguments`, without the program's name, name on `program`, to which the
// commands were added. Prints help, version or a usage error (naming the nearest known option or
// command) itself.
//
// Returns the exit code: `exit_code`'s as the command set it, 2 for wrong usage, 1 when an
// exception got out of the command, or when standard output could not be written to the end.
[[nodiscard]] int run_program(
    CLI::App& program, const ExitCode& exit_code, const std::vector<std::string>& arguments
);

// Prints `error` to stderr and gives the exit code of wrong usage (2) or failure (1).
[[nodiscard]] ExitCode usage_error(const base::Error& error);
[[nodiscard]] ExitCode failure(const base::Error& error);

}  // namespace flightcast::app::cli
