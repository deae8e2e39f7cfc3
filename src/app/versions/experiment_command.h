// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::versions {

// Adds the command `experiment` to `program` (cli/exit_code.h).
void add_experiment_command(CLI::App& program, cli::ExitCode& exit_code);

}  // namespace flightcast::app::versions
