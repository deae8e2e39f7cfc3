// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::performance {

// Adds the command `performance` to `program` (cli/exit_code.h).
void add_performance_command(CLI::App& program, cli::ExitCode& exit_code);

}  // namespace flightcast::app::performance
