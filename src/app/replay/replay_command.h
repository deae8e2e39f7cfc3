// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::replay {

// Adds the command `replay` to `program` (cli/exit_code.h).
void add_replay_command(CLI::App& program, cli::ExitCode& exit_code);

}  // namespace flightcast::app::replay
