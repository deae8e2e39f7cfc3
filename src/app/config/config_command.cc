// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <cstdio>
#include <memory>

#include "app/cli/program.h"
#include "app/config/config_command.h"
#include "app/config/config_print.h"
#include "app/options/option_flags.h"

namespace flightcast::app::config {
namespace {

struct ConfigCommand {
    explicit ConfigCommand(CLI::App& command) : flags(command) {}

    options::OptionFlags flags;
    bool as_json = false;
    bool as_markdown = false;
};

cli::ExitCode run(const ConfigCommand& command) {
    if (command.as_markdown) {
        std::fputs(options_markdown().c_str(), stdout);
        return {};
    }
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const std::string text =
        command.as_json ? settings_json(*settings) + "\n" : settings_text(*settings);
    std::fputs(text.c_str(), stdout);
    return {};
}

}  // namespace

void add_config_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "config", "Show the options in force and where each value came from."
    );
    const auto state = std::make_shared<ConfigCommand>(*command);
    command->add_flag("--json", state->as_json, "Print JSON.");
    command->add_flag("--markdown", state->as_markdown, "Print the reference page of all options.")
        ->excludes("--json");
    command->footer(
        "Examples:\n"
        "  flightcast config                                   the values for 'flightcast serve'\n"
        "  flightcast config --config flightcast.toml --json\n"
        "  FLIGHTCAST_PORT=8080 flightcast config"
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::config
