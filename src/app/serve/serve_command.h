// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::serve {

// Add the commands `serve`, `gateway` and `scorer` to `program` (cli/exit_code.h).
void add_serve_command(CLI::App& program, cli::ExitCode& exit_code);
void add_gateway_command(CLI::App& program, cli::ExitCode& exit_code);
void add_scorer_command(CLI::App& program, cli::ExitCode& exit_code);

}  // namespace flightcast::app::serve
