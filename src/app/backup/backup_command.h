// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/exit_code.h"

namespace flightcast::app::backup {

// 'flightcast backup' and 'flightcast restore'.
void add_backup_command(CLI::App& program, cli::ExitCode& exit_code);
void add_restore_command(CLI::App& program, cli::ExitCode& exit_code);

}  // namespace flightcast::app::backup
