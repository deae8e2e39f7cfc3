// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/options/option_table.h"
#include "app/options/options.h"
#include "base/result.h"

namespace flightcast::app::options {

// The sources of values, from the weakest to the strongest.
enum class Source { built_in, file, environment, flag };

// A value as given.
struct GivenValue {
    std::string name;  // the option's name, "data-dir"; perhaps no option at all
    std::string text;
    Source source{};
    std::string place;  // where to change it: "--data-dir", "FLIGHTCAST_DATA_DIR", "f.toml:3"
};

// One option's value in force. The spec is a row of the table.
struct Setting {
    const OptionSpec* spec = nullptr;
    std::string text;
    Source source = Source::built_in;
    std::string place;  // empty for Source::built_in
};

// The values in force, with their sources.
struct Settings {
    ServeOptions options;
    std::vector<Setting> all;  // one per row of the table, in its order
};

// Puts `given` over the defaults: a stronger source wins, within one the last.
// Errc::invalid_argument names the option, the place, the value and the accepted ones, or the
// nearest name for an unknown one.
[[nodiscard]] base::Result<Settings> resolve_settings(std::span<const GivenValue> given);

// The values in a TOML file: top-level keys, spelled like the flags (config_file.cc has the
// grammar). Errc::not_found, Errc::io, or Errc::invalid_argument with the line.
[[nodiscard]] base::Result<std::vector<GivenValue>> read_config_file(const std::string& path);

// Those of `environment` ("NAME=value") that start with FLIGHTCAST_, without FLIGHTCAST_CONFIG.
// FLIGHTCAST_TEST_... is left to the tests.
[[nodiscard]] std::vector<GivenValue> read_environment(std::span<const char* const> environment);

// Every source together. `flags` are those of the command line; `config_file` is --config's value,
// for which the environment's FLIGHTCAST_CONFIG stands in.
[[nodiscard]] base::Result<Settings> read_settings(
    std::span<const GivenValue> flags, std::optional<std::string> config_file
);

}  // namespace flightcast::app::options
