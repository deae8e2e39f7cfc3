// SPDX-License-Identifier: Apache-2.0
//
// 'flightcast models': versions, aliases and their history. Each command is a flag set and a
// function that does it.
#include "app/versions/models_command.h"

#include <CLI/App.hpp>
#include <array>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/options/option_flags.h"
#include "app/versions/model_place.h"
#include "app/versions/models_text.h"
#include "base/clock.h"
#include "base/limits.h"
#include "features/predictor.h"
#include "forest/bundle.h"

namespace flightcast::app::versions {

using base::Errc;
using base::fail;
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

// The flags that all commands have in common, and their own as given.
struct ModelsCommand {
    explicit ModelsCommand(CLI::App& command) : flags(command, kOptionNames) {}

    options::OptionFlags flags;
    const base::SystemClock clock;
    std::string url;
    std::string at;
    std::string model;
    std::string other;
    std::filesystem::path folder;
    std::string alias = "champion";
    Words words;
    bool is_bundled = false;
    bool as_json = false;
};

using Run = std::function<Result<std::string>(ModelsCommand&, const options::ServeOptions&)>;

std::string default_author() {
    const char* const user = std::getenv("USER");
    return user != nullptr && *user != '\0' ? user : "unknown";
}

Result<std::string> whole_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (file.bad() || !file.is_open()) {
        return fail(Errc::io, "cannot read " + path.string());
    }
    return bytes;
}

// The bytes as they stand in the folder, of a bundle that this program can use.
Result<registry::BundleFiles> read_bundle(const std::filesystem::path& folder) {
    FC_TRY(const features::Predictor predictor, features::Predictor::load(folder));
    registry::BundleFiles files;
    FC_TRY(files.bundle_json, whole_file(folder / forest::kBundleFile));
    FC_TRY(files.forest, whole_file(folder / forest::forest_file_of(predictor.bundle())));
    if (predictor.online() != nullptr) {
        FC_TRY(files.online, whole_file(folder / forest::kOnlineStateFile));
    }
    const std::size_t bytes = files.bundle_json.size() + files.forest.size() + files.online.size();
    if (bytes <= base::limits::kRegistryBundleBytesMax) {
        return files;
    }
    return fail(
        Errc::invalid_argument,
        folder.string() + " has more than " +
            std::to_string(base::limits::kRegistryBundleBytesMax) +
            " bytes, the most of a version; train with fewer trees or larger leaves"
    );
}

Result<std::string> read_state(const ModelsCommand& command, const options::ServeOptions& options) {
    return read_registry(command.url, command.at, options, command.clock);
}

// A change, told as a line or as its record.
Result<std::string> change(
    ModelsCommand& command,
    const options::ServeOptions& options,
    const std::function<Result<std::string>(ModelPlace&)>& make
) {
    if (command.words.author.empty()) command.words.author = default_author();
    FC_TRY(const auto place, ModelPlace::open(command.url, options, command.clock));
    FC_TRY(std::string record, make(*place));
    return command.as_json ? record : change_text(record);
}

Result<std::string> list(ModelsCommand& command, const options::ServeOptions& options) {
    FC_TRY(std::string state, read_state(command, options));
    return command.as_json ? state : list_text(state);
}

Result<std::string> history(ModelsCommand& command, const options::ServeOptions& options) {
    FC_TRY(std::string state, read_state(command, options));
    return command.as_json ? state : history_text(state);
}

Result<std::string> show(ModelsCommand& command, const options::ServeOptions& options) {
    FC_TRY(const std::string state, read_state(command, options));
    return command.as_json ? version_json(state, command.model) : card_text(state, command.model);
}

Result<std::string> diff(ModelsCommand& command, const options::ServeOptions& options) {
    FC_TRY(const std::string state, read_state(command, options));
    return diff_text(state, command.model, command.other);
}

Result<std::string> add(ModelsCommand& command, const options::ServeOptions& options) {
    FC_TRY(const registry::BundleFiles files, read_bundle(command.folder));
    return change(command, options, [&](ModelPlace& place) {
        return place.add(files, command.words);
    });
}

Result<std::string> promote(ModelsCommand& command, const options::ServeOptions& options) {
    if (command.model.empty() != command.is_bundled) {
        return fail(Errc::invalid_argument, "name a version, or give --bundled");
    }
    AliasChange wanted{.alias = command.alias, .model = std::nullopt};
    if (!command.is_bundled) wanted.model = command.model;
    return change(command, options, [&](ModelPlace& place) {
        return place.set_alias(wanted, command.words);
    });
}

Result<std::string> roll_back(ModelsCommand& command, const options::ServeOptions& options) {
    return change(command, options, [&](ModelPlace& place) {
        return place.set_alias(
            {.alias = command.alias, .model = std::nullopt, .is_rollback = true}, command.words
        );
    });
}

Result<std::string> remove(ModelsCommand& command, const options::ServeOptions& options) {
    return change(command, options, [&](ModelPlace& place) {
        return place.remove(command.model, command.words);
    });
}

Result<void> print(const std::string& text) {
    FC_TRY(cli::OutputFile output, cli::OutputFile::open("-"));
    FC_TRY_VOID(output.write(text));
    return output.keep();
}

cli::ExitCode run(ModelsCommand& command, const Run& work) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const auto text = work(command, settings->options);
    const Result<void> done = text ? print(*text) : std::unexpected(text.error());
    if (done) return {};
    return done.error().code == Errc::invalid_argument ? cli::usage_error(done.error())
                                                       : cli::failure(done.error());
}

struct Adder {
    CLI::App& models;
    cli::ExitCode& exit_code;

    std::shared_ptr<ModelsCommand> operator()(
        const std::string& name,
        const std::string& help,
        Run work,
        const std::function<void(CLI::App&, ModelsCommand&)>& add_flags
    ) {
        CLI::App* const command = models.add_subcommand(name, help);
        const auto state = std::make_shared<ModelsCommand>(*command);
        command->add_option("--url", state->url, "A server to ask, instead of the data folder.")
            ->type_name("URL");
        command->add_flag("--json", state->as_json, "Print JSON.");
        add_flags(*command, *state);
        command->callback([state, work = std::move(work), &exit = exit_code] {
            exit = run(*state, work);
        });
        return state;
    }
};

void add_words(CLI::App& command, ModelsCommand& state) {
    command.add_option("--reason", state.words.reason, "Why; it stands in the record.");
    command.add_option("--author", state.words.author, "Whose change it is [your user name].");
}

void add_readers(Adder& add_command) {
    const auto at = [](CLI::App& command, ModelsCommand& state) {
        command.add_option("--at", state.at, "As it was at this time: 2026-11-30T12:00:00Z.");
    };
    add_command("list", "Tell aliases and versions.", list, at);
    add_command("history", "Tell each change: when, by whom and why.", history, at);
    add_command(
        "show",
        "Tell what a version learned from, and its figures.",
        show,
        [](CLI::App& command, ModelsCommand& state) {
            command.add_option("model", state.model, "A version, its beginning, or an alias.")
                ->required();
        }
    );
    add_command(
        "diff",
        "Compare the figures of two versions.",
        diff,
        [](CLI::App& command, ModelsCommand& state) {
            command.add_option("model", state.model, "A version, its beginning, or an alias.")
                ->required();
            command.add_option("other", state.other, "The other one.")->required();
        }
    );
}

void add_writers(Adder& add_command) {
    add_command(
        "add",
        "Add the bundle in a folder as a version.",
        add,
        [](CLI::App& command, ModelsCommand& state) {
            command.add_option("folder", state.folder, "A folder of `flightcast train`.")
                ->required()
                ->type_name("DIR");
            add_words(command, state);
        }
    );
    add_command(
        "promote",
        "Have an alias name a version; 'champion' is the one that answers.",
        promote,
        [](CLI::App& command, ModelsCommand& state) {
            command.add_option("model", state.model, "A version, or its beginning.");
            command.add_flag("--bundled", state.is_bundled, "The model inside the program.");
            command.add_option("--alias", state.alias, "The alias.")->capture_default_str();
            add_words(command, state);
        }
    );
    add_command(
        "rollback",
        "Take the last promotion of an alias back.",
        roll_back,
        [](CLI::App& command, ModelsCommand& state) {
            command.add_option("--alias", state.alias, "The alias.")->capture_default_str();
            add_words(command, state);
        }
    );
    add_command(
        "remove",
        "Remove a version that is not in use.",
        remove,
        [](CLI::App& command, ModelsCommand& state) {
            command.add_option("model", state.model, "A version, or its beginning.")->required();
            add_words(command, state);
        }
    );
}

}  // namespace

void add_models_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const models = program.add_subcommand(
        "models", "The registry of models: versions, aliases, and who changed them."
    );
    models->require_subcommand(1);
    Adder add_command{.models = *models, .exit_code = exit_code};
    add_readers(add_command);
    add_writers(add_command);
    models->footer(
        "Changes go by the server that works on the data folder, by that at --url, or straight to "
        "--kafka.\n"
        "\n"
        "Examples:\n"
        "  flightcast models add my-model --reason \"learned from March\"\n"
        "  flightcast models promote my-model@58c3f5f6b8f2\n"
        "  flightcast models rollback --reason \"worse on long routes\"\n"
        "  flightcast models list --at 2026-11-30T12:00:00Z"
    );
}

}  // namespace flightcast::app::versions
