// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::top {

// Adds the command `top` to `program` (cli/exit_code.h).
void add_top_command(CLI::App& program, cli::ExitCode& exit_code);

}  // namespace flightcast::app::top
