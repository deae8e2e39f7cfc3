// SPDX-License-Identifier: Apache-2.0
//
// 'flightcast models': versions, aliases and their history. Each command is a flag set and a
// function that does it.
#include "app/versions/models_command.h"

#include <CLI/App.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "app/versions/model_place.h"
#include "app/versions/models_text.h"
#include "app/versions/registry_command.h"
#include "base/limits.h"
#include "features/predictor.h"
#include "forest/bundle.h"

namespace flightcast::app::versions {

using base::Errc;
using base::fail;
using base::Result;

namespace {

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
    if (registry::pack(files).size() <= base::limits::kRegistryBundleBytesMax) return files;
    return fail(
        Errc::invalid_argument,
        folder.string() + " has more than " +
            std::to_string(base::limits::kRegistryBundleBytesMax) +
            " bytes, the most of a version; train with fewer trees or larger leaves"
    );
}

Result<std::string> read_state(
    const RegistryCommand& command, const options::ServeOptions& options
) {
    return read_registry(command.url, command.at, options, command.clock);
}

Result<std::string> list(RegistryCommand& command, const options::ServeOptions& options) {
    FC_TRY(std::string state, read_state(command, options));
    return command.as_json ? state : list_text(state);
}

Result<std::string> history(RegistryCommand& command, const options::ServeOptions& options) {
    FC_TRY(std::string state, read_state(command, options));
    return command.as_json ? state : history_text(state);
}

Result<std::string> show(RegistryCommand& command, const options::ServeOptions& options) {
    FC_TRY(const std::string state, read_state(command, options));
    return command.as_json ? version_json(state, command.model) : card_text(state, command.model);
}

Result<std::string> diff(RegistryCommand& command, const options::ServeOptions& options) {
    FC_TRY(const std::string state, read_state(command, options));
    return diff_text(state, command.model, command.other);
}

Result<std::string> add(RegistryCommand& command, const options::ServeOptions& options) {
    FC_TRY(const registry::BundleFiles files, read_bundle(command.folder));
    return change(command, options, [&](ModelPlace& place) {
        return place.add(files, command.words);
    });
}

Result<std::string> promote(RegistryCommand& command, const options::ServeOptions& options) {
    if (command.model.empty() != command.is_bundled) {
        return fail(Errc::invalid_argument, "name a version, or give --bundled");
    }
    AliasChange wanted{.alias = command.alias, .model = std::nullopt};
    if (!command.is_bundled) wanted.model = command.model;
    return change(command, options, [&](ModelPlace& place) {
        return place.set_alias(wanted, command.words);
    });
}

Result<std::string> roll_back(RegistryCommand& command, const options::ServeOptions& options) {
    return change(command, options, [&](ModelPlace& place) {
        return place.set_alias(
            {.alias = command.alias, .model = std::nullopt, .is_rollback = true}, command.words
        );
    });
}

Result<std::string> remove(RegistryCommand& command, const options::ServeOptions& options) {
    return change(command, options, [&](ModelPlace& place) {
        return place.remove(command.model, command.words);
    });
}

void add_readers(const CommandAdder& add_command) {
    const auto at = [](CLI::App& command, RegistryCommand& state) {
        command.add_option("--at", state.at, "As it was at this time: 2026-11-30T12:00:00Z.");
    };
    add_command("list", "Tell aliases and versions.", list, at);
    add_command("history", "Tell each change: when, by whom and why.", history, at);
    add_command(
        "show",
        "Tell what a version learned from, and its figures.",
        show,
        [](CLI::App& command, RegistryCommand& state) {
            command.add_option("model", state.model, "A version, its beginning, or an alias.")
                ->required();
        }
    );
    add_command(
        "diff",
        "Compare the figures of two versions.",
        diff,
        [](CLI::App& command, RegistryCommand& state) {
            command.add_option("model", state.model, "A version, its beginning, or an alias.")
                ->required();
            command.add_option("other", state.other, "The other one.")->required();
        }
    );
}

void add_writers(const CommandAdder& add_command) {
    add_command(
        "add",
        "Add the bundle in a folder as a version.",
        add,
        [](CLI::App& command, RegistryCommand& state) {
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
        [](CLI::App& command, RegistryCommand& state) {
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
        [](CLI::App& command, RegistryCommand& state) {
            command.add_option("--alias", state.alias, "The alias.")->capture_default_str();
            add_words(command, state);
        }
    );
    add_command(
        "remove",
        "Remove a version that is not in use.",
        remove,
        [](CLI::App& command, RegistryCommand& state) {
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
    const CommandAdder add_command{.parent = *models, .exit_code = exit_code};
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
