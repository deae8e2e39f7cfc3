// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

namespace flightcast::app {

// What a command leaves behind: the exit code of the program. 0 done, 1 failed, 2 wrong usage.
struct ExitCode {
    int value = 0;
};

// Each adds one command to `program`: its flags, its help with examples, and a callback that runs
// it and sets `exit_code`, which outlives the parsing.
void add_serve_command(CLI::App& program, ExitCode& exit_code);
void add_gateway_command(CLI::App& program, ExitCode& exit_code);
void add_scorer_command(CLI::App& program, ExitCode& exit_code);
void add_train_command(CLI::App& program, ExitCode& exit_code);
void add_evaluate_command(CLI::App& program, ExitCode& exit_code);
void add_predict_command(CLI::App& program, ExitCode& exit_code);
void add_load_command(CLI::App& program, ExitCode& exit_code);
void add_import_command(CLI::App& program, ExitCode& exit_code);
void add_topics_command(CLI::App& program, ExitCode& exit_code);
void add_config_command(CLI::App& program, ExitCode& exit_code);
void add_doctor_command(CLI::App& program, ExitCode& exit_code);

// Commands of `flightcast import`.
void add_import_spark_command(CLI::App& import, ExitCode& exit_code);
void add_import_distances_command(CLI::App& import, ExitCode& exit_code);

}  // namespace flightcast::app
