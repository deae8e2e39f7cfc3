// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::import {

// Adds the command `import` with its own commands to `program` (cli/exit_code.h).
void add_import_command(CLI::App& program, cli::ExitCode& exit_code);

// Add the commands of `flightcast import` to it.
void add_import_spark_command(CLI::App& import, cli::ExitCode& exit_code);
void add_import_distances_command(CLI::App& import, cli::ExitCode& exit_code);

}  // namespace flightcast::app::import
