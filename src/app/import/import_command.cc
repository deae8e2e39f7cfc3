// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>

#include "app/import/import_command.h"

namespace flightcast::app::import {

void add_import_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command =
        program.add_subcommand("import", "Bring models and data of other systems into this one.");
    command->require_subcommand(1);
    add_import_spark_command(*command, exit_code);
    add_import_distances_command(*command, exit_code);
}

}  // namespace flightcast::app::import
