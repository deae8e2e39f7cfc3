// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <csignal>
#include <span>
#include <string>
#include <vector>

#include "app/arrivals/arrivals_command.h"
#include "app/backup/backup_command.h"
#include "app/cli/program.h"
#include "app/config/config_command.h"
#include "app/doctor/doctor_command.h"
#include "app/evaluate/evaluate_command.h"
#include "app/export_data/export_command.h"
#include "app/feature_rows/feature_rows_command.h"
#include "app/import/import_command.h"
#include "app/load/load_command.h"
#include "app/options/exposed_secrets.h"
#include "app/performance/performance_command.h"
#include "app/predict/predict_command.h"
#include "app/replay/replay_command.h"
#include "app/serve/serve_command.h"
#include "app/top/top_command.h"
#include "app/topics/topics_command.h"
#include "app/train/train_command.h"
#include "app/versions/experiment_command.h"
#include "app/versions/models_command.h"
#include "telemetry/build_info.h"

namespace {

// A file that grows beyond `ulimit -f` is an error in words, not a signal. Whichever of standard
// input, output and error is closed is opened, so that no file of ours takes its number and is
// written into.
void prepare_process() {
    std::signal(SIGXFSZ, SIG_IGN);
    for (int file = ::open("/dev/null", O_RDONLY); file >= 0; file = ::dup(file)) {
        if (file <= STDERR_FILENO) continue;
        ::close(file);
        break;
    }
}

}  // namespace

int main(int argc, char** argv) {
    using namespace flightcast;
    prepare_process();
    // libmongoc has made a file of counters, before main began. Without its name it goes with this
    // process, even if that is killed, and never disturbs a later one that has the same id.
    ::shm_unlink(("/mongoc-" + std::to_string(::getpid())).c_str());
    const std::vector<std::string> arguments = app::options::take_arguments(std::span(argv, argc));
    const auto commands = app::cli::new_program(
        "Predicts, in real time, how late a flight will arrive, and pushes the answer to whoever "
        "asked.",
        "flightcast"
    );
    CLI::App& program = *commands;
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
    app::cli::ExitCode exit_code;
    app::serve::add_serve_command(program, exit_code);
    app::serve::add_gateway_command(program, exit_code);
    app::serve::add_scorer_command(program, exit_code);
    app::train::add_train_command(program, exit_code);
    app::evaluate::add_evaluate_command(program, exit_code);
    app::feature_rows::add_feature_rows_command(program, exit_code);
    app::predict::add_predict_command(program, exit_code);
    app::load::add_load_command(program, exit_code);
    app::replay::add_replay_command(program, exit_code);
    app::arrivals::add_arrivals_command(program, exit_code);
    app::versions::add_models_command(program, exit_code);
    app::versions::add_experiment_command(program, exit_code);
    app::import::add_import_command(program, exit_code);
    app::topics::add_topics_command(program, exit_code);
    app::top::add_top_command(program, exit_code);
    app::export_data::add_export_command(program, exit_code);
    app::performance::add_performance_command(program, exit_code);
    app::config::add_config_command(program, exit_code);
    app::doctor::add_doctor_command(program, exit_code);
    app::backup::add_backup_command(program, exit_code);
    app::backup::add_restore_command(program, exit_code);
    return app::cli::run_program(program, exit_code, arguments);
}
