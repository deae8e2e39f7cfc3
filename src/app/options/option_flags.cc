// SPDX-License-Identifier: Apache-2.0
#include "app/options/option_flags.h"

#include <CLI/App.hpp>
#include <algorithm>

namespace flightcast::app::options {
namespace {

std::string described(const OptionSpec& spec) {
    std::string text(spec.help);
    const std::string usual =
        spec.default_note.empty() ? value_text(spec, {}) : std::string(spec.default_note);
    return text + " [" + usual + "]";
}

}  // namespace

OptionFlags::OptionFlags(CLI::App& command, std::span<const std::string_view> names) {
    command.add_option("--config", config_file_, "File with options, in TOML.")->type_name("PATH");
    for (const OptionSpec& spec : option_table()) {
        if (!names.empty() && std::ranges::find(names, spec.name) == names.end()) continue;
        const std::string name(spec.name);
        if (std::holds_alternative<SwitchField>(spec.field)) {
            command.add_flag_function(
                "--" + name + ",!--no-" + name,
                [this, name](std::int64_t count) { values_[name] = count > 0 ? "true" : "false"; },
                described(spec)
            );
            continue;
        }
        if (std::holds_alternative<ListField>(spec.field)) {
            const auto keep_all = [this, name](const std::vector<std::string>& values) {
                std::string& all = values_[name];
                for (const std::string& value : values) all += (all.empty() ? "" : ";") + value;
            };
            command
                .add_option_function<std::vector<std::string>>(
                    "--" + name, keep_all, described(spec)
                )
                ->type_name(value_name(spec))
                ->expected(1)
                ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            continue;
        }
        const auto keep = [this, name](const std::string& value) { values_[name] = value; };
        command.add_option_function<std::string>("--" + name, keep, described(spec))
            ->type_name(value_name(spec))
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
}

base::Result<Settings> OptionFlags::settings() const {
    std::vector<GivenValue> flags;
    for (const auto& [name, text] : values_) {
        flags.push_back({
            .name = name,
            .text = text,
            .source = Source::flag,
            .place = "--" + name,
        });
    }
    return read_settings(flags, config_file_);
}

}  // namespace flightcast::app::options
