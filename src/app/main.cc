// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/exposed_secrets.h"
#include "app/program.h"
#include "telemetry/build_info.h"

int main(int argc, char** argv) {
    using namespace flightcast;
    // libmongoc has made a file of counters, before main began. Without its name it goes with this
    // process, even if that is killed, and never disturbs a later one that has the same id.
    ::shm_unlink(("/mongoc-" + std::to_string(::getpid())).c_str());
    const std::vector<std::string> arguments = app::take_arguments(std::span(argv, argc));
    CLI::App program(
        "Predicts, in real time, how late a flight will arrive, and pushes the answer to whoever "
        "asked.",
        "flightcast"
    );
    program.set_version_flag("--version", telemetry::build_info_line());
    program.footer(
        "Examples:\n"
        "  flightcast serve                        open the page it names in a browser\n"
        "  flightcast config                       what is in force, and where it came from\n"
        "  flightcast train --data flights.csv.gz --out my-model\n"
        "  flightcast serve --model my-model --port 8080\n"
        "\n"
        "'flightcast COMMAND --help' explains a command. Exit codes: 0 done, 1 failed, 2 wrong "
        "usage."
    );
    app::ExitCode exit_code;
    app::add_serve_command(program, exit_code);
    app::add_gateway_command(program, exit_code);
    app::add_scorer_command(program, exit_code);
    app::add_train_command(program, exit_code);
    app::add_evaluate_command(program, exit_code);
    app::add_predict_command(program, exit_code);
    app::add_load_command(program, exit_code);
    app::add_import_command(program, exit_code);
    app::add_topics_command(program, exit_code);
    app::add_config_command(program, exit_code);
    app::add_doctor_command(program, exit_code);
    return app::run_program(program, exit_code, arguments);
}
