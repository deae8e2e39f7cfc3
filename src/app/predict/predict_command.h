// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::predict {

// Adds the command `predict` to `program` (cli/exit_code.h).
void add_predict_command(CLI::App& program, cli::ExitCode& exit_code);

}  // namespace flightcast::app::predict
