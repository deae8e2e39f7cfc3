// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/program.h"

namespace CLI {
class App;
}

namespace flightcast::app::arrivals {

// Adds `tail` to 'flightcast arrivals': shows reports as they come.
void add_tail_command(CLI::App& arrivals, cli::ExitCode& exit_code);

}  // namespace flightcast::app::arrivals
