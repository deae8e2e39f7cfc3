// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/cli/exit_code.h"
#include "app/options/option_flags.h"
#include "app/versions/model_place.h"
#include "base/clock.h"
#include "base/result.h"

namespace flightcast::app::versions {

// The flags that all commands on the registry have in common, and their own as given.
struct RegistryCommand {
    explicit RegistryCommand(CLI::App& command);

    options::OptionFlags flags;
    const base::SystemClock clock;
    std::string url;
    std::string at;
    std::string model;
    std::string other;
    std::filesystem::path folder;
    std::string alias = "champion";
    std::vector<std::string> arms;
    Words words;
    bool is_bundled = false;
    bool auto_promote = false;
    bool as_json = false;
};

// The work of a command: the text to print. invalid_argument is wrong usage.
using Run =
    std::function<base::Result<std::string>(RegistryCommand&, const options::ServeOptions&)>;

// Adds commands below one of the program.
struct CommandAdder {
    CLI::App& parent;
    cli::ExitCode& exit_code;

    void operator()(
        const std::string& name,
        const std::string& help,
        Run work,
        const std::function<void(CLI::App&, RegistryCommand&)>& add_flags
    ) const;
};

// The flags of a change: its author and its reason.
void add_words(CLI::App& command, RegistryCommand& state);

// A change of the registry, told as a line or as its record.
[[nodiscard]] base::Result<std::string> change(
    RegistryCommand& command,
    const options::ServeOptions& options,
    const std::function<base::Result<std::string>(ModelPlace&)>& make
);

}  // namespace flightcast::app::versions
