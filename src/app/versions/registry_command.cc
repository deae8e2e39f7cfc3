// SPDX-License-Identifier: Apache-2.0
#include "app/versions/registry_command.h"

#include <CLI/App.hpp>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/versions/models_text.h"

namespace flightcast::app::versions {

using base::Errc;
using base::Result;

namespace {

constexpr std::array<std::string_view, 13> kOptionNames = {
    "kafka",
    "kafka-option",
    "kafka-user",
    "kafka-password",
    "kafka-password-file",
    "data-dir",
    "token",
    "token-file",
    "admin-token",
    "admin-token-file",
    "models-topic",
    "model-parts-topic",
    "create-topics",
};

std::string default_author() {
    const char* const user = std::getenv("USER");
    return user != nullptr && *user != '\0' ? user : "unknown";
}

Result<void> print(const std::string& text) {
    FC_TRY(cli::OutputFile output, cli::OutputFile::open("-"));
    FC_TRY_VOID(output.write(text));
    return output.keep();
}

cli::ExitCode run(RegistryCommand& command, const Run& work) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const auto text = work(command, settings->options);
    const Result<void> done = text ? print(*text) : std::unexpected(text.error());
    if (done) return {};
    return done.error().code == Errc::invalid_argument ? cli::usage_error(done.error())
                                                       : cli::failure(done.error());
}

}  // namespace

RegistryCommand::RegistryCommand(CLI::App& command) : flags(command, kOptionNames) {}

void CommandAdder::operator()(
    const std::string& name,
    const std::string& help,
    Run work,
    const std::function<void(CLI::App&, RegistryCommand&)>& add_flags
) const {
    CLI::App* const command = parent.add_subcommand(name, help);
    const auto state = std::make_shared<RegistryCommand>(*command);
    command->add_option("--url", state->url, "A server to ask, instead of the data folder.")
        ->type_name("URL");
    command->add_flag("--json", state->as_json, "Print JSON.");
    add_flags(*command, *state);
    command->callback([state, work = std::move(work), &exit = exit_code] {
        exit = run(*state, work);
    });
}

void add_words(CLI::App& command, RegistryCommand& state) {
    command.add_option("--reason", state.words.reason, "Why; it stands in the record.");
    command.add_option("--author", state.words.author, "Whose change it is [your user name].");
}

Result<std::string> change(
    RegistryCommand& command,
    const options::ServeOptions& options,
    const std::function<Result<std::string>(ModelPlace&)>& make
) {
    if (command.words.author.empty()) command.words.author = default_author();
    FC_TRY(const auto place, ModelPlace::open(command.url, options, command.clock));
    FC_TRY(std::string record, make(*place));
    return command.as_json ? record : change_text(record);
}

}  // namespace flightcast::app::versions
