// SPDX-License-Identifier: Apache-2.0
//
// 'flightcast experiment': challengers beside the champion.
#include "app/versions/experiment_command.h"

#include <CLI/App.hpp>
#include <charconv>
#include <string>

#include "app/versions/model_place.h"
#include "app/versions/models_text.h"
#include "app/versions/registry_command.h"

namespace flightcast::app::versions {

using base::Errc;
using base::fail;
using base::Result;

namespace {

// "march@1f0c=0.1" -> its model and weight; without a weight a shadow.
Result<registry::Arm> arm_of(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return registry::Arm{.model = text};
    registry::Arm arm{.model = text.substr(0, equals)};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + equals + 1, end, arm.weight);
    if (error == std::errc{} && stop == end) return arm;
    return fail(
        Errc::invalid_argument,
        "'" + text + "' is not a challenger; write MODEL, or MODEL=WEIGHT with a share such as 0.1"
    );
}

Result<std::string> start(RegistryCommand& command, const options::ServeOptions& options) {
    registry::ExperimentStarted experiment{
        .experiment = command.model, .arms = {}, .auto_promote = command.auto_promote
    };
    for (const std::string& text : command.arms) {
        FC_TRY(registry::Arm arm, arm_of(text));
        experiment.arms.push_back(std::move(arm));
    }
    return change(command, options, [&](ModelPlace& place) {
        return place.start_experiment(experiment, command.words);
    });
}

Result<std::string> stop(RegistryCommand& command, const options::ServeOptions& options) {
    return change(command, options, [&](ModelPlace& place) {
        return place.stop_experiment(command.model, command.words);
    });
}

Result<std::string> status(RegistryCommand& command, const options::ServeOptions& options) {
    FC_TRY(std::string state, read_experiments(command.url, options, command.clock));
    return command.as_json ? state : experiments_text(state);
}

}  // namespace

void add_experiment_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const experiment = program.add_subcommand(
        "experiment", "Have challengers judged beside the champion, on the same flights."
    );
    experiment->require_subcommand(1);
    const CommandAdder add_command{.parent = *experiment, .exit_code = exit_code};
    add_command(
        "start", "Start an experiment.", start, [](CLI::App& command, RegistryCommand& state) {
            command.add_option("name", state.model, "A name that was not used before.")->required();
            command
                .add_option(
                    "--arm",
                    state.arms,
                    "A challenger; with =WEIGHT it answers that share, up to 8."
                )
                ->required()
                ->type_name("MODEL[=WEIGHT]");
            command.add_flag(
                "--auto-promote", state.auto_promote, "Promote a challenger that is better at once."
            );
            add_words(command, state);
        }
    );
    add_command(
        "status", "Tell how the pairs of models stand.", status, [](CLI::App&, RegistryCommand&) {}
    );
    add_command(
        "stop",
        "Stop an experiment; nothing is decided any more.",
        stop,
        [](CLI::App& command, RegistryCommand& state) {
            command.add_option("name", state.model, "Its name.")->required();
            add_words(command, state);
        }
    );
    experiment->footer(
        "Harm ends a challenger by itself, and rolls a fresh champion back; a better one is told, "
        "or promoted with\n--auto-promote. Too few flights decide nothing.\n"
        "\n"
        "Examples:\n"
        "  flightcast experiment start spring --arm march@58c3f5f6b8f2\n"
        "  flightcast experiment status"
    );
}

}  // namespace flightcast::app::versions
