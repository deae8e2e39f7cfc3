// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::export_data {

// Adds the command `export` to `program` (cli/exit_code.h).
void add_export_command(CLI::App& program, cli::ExitCode& exit_code);

}  // namespace flightcast::app::export_data
