// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::feature_rows {

// Adds the command `features` to `program` (cli/exit_code.h).
void add_feature_rows_command(CLI::App& program, cli::ExitCode& exit_code);

}  // namespace flightcast::app::feature_rows
