// SPDX-License-Identifier: Apache-2.0
#include "app/options/settings.h"

#include <unistd.h>

#include <cstdlib>

#include "app/cli/nearest.h"

namespace flightcast::app::options {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kPrefix = "FLIGHTCAST_";
constexpr std::string_view kTestPrefix = "FLIGHTCAST_TEST_";
constexpr std::string_view kConfigVariable = "FLIGHTCAST_CONFIG";

// "FLIGHTCAST_DATA_DIR" to "data-dir".
std::string option_name(std::string_view variable) {
    std::string name(variable.substr(kPrefix.size()));
    for (char& c : name) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == '_') c = '-';
    }
    return name;
}

std::unexpected<base::Error> unknown(const GivenValue& value) {
    std::vector<std::string> known;
    for (const OptionSpec& spec : option_table()) known.emplace_back(spec.name);
    std::string nearest = cli::nearest_name(value.name, known);
    const bool is_variable = value.source == Source::environment;
    std::string detail = is_variable ? "unknown environment variable " + value.place
                                     : value.place + ": unknown option '" + value.name + "'";
    if (!nearest.empty()) {
        detail += "; did you mean '" + (is_variable ? environment_name(nearest) : nearest) + "'?";
    }
    return fail(Errc::invalid_argument, detail + " ('flightcast config' lists all options)");
}

std::vector<Setting> built_in_settings() {
    const ServeOptions defaults;
    std::vector<Setting> settings;
    for (const OptionSpec& spec : option_table()) {
        settings.push_back({.spec = &spec, .text = value_text(spec, defaults)});
    }
    return settings;
}

}  // namespace

Result<Settings> resolve_settings(std::span<const GivenValue> given) {
    Settings settings{.all = built_in_settings()};
    for (const GivenValue& value : given) {
        const OptionSpec* const spec = find_option(value.name);
        if (spec == nullptr) return unknown(value);
        Setting& setting = settings.all[static_cast<std::size_t>(spec - option_table().data())];
        if (value.source < setting.source) continue;
        setting = {.spec = spec, .text = value.text, .source = value.source, .place = value.place};
    }
    for (Setting& setting : settings.all) {
        if (setting.source == Source::built_in) continue;
        const Result<void> assigned = assign(*setting.spec, setting.text, settings.options);
        if (!assigned) {
            const std::string shown = setting.spec->secret && !setting.text.empty()
                                          ? "the value is not accepted"
                                          : assigned.error().detail;
            const bool names_option = setting.source != Source::file;
            const std::string name = names_option
                                         ? setting.place
                                         : setting.place + ": " + std::string(setting.spec->name);
            return fail(Errc::invalid_argument, name + ": " + shown);
        }
        setting.text = value_text(*setting.spec, settings.options);
    }
    return settings;
}

std::vector<GivenValue> read_environment(std::span<const char* const> environment) {
    std::vector<GivenValue> given;
    for (const std::string_view entry : environment) {
        const std::size_t equals = entry.find('=');
        const std::string_view variable = entry.substr(0, equals);
        const bool is_ours = variable.starts_with(kPrefix) && variable != kConfigVariable &&
                             !variable.starts_with(kTestPrefix);
        if (!is_ours || equals == std::string_view::npos) continue;
        given.push_back({
            .name = option_name(variable),
            .text = std::string(entry.substr(equals + 1)),
            .source = Source::environment,
            .place = std::string(variable),
        });
    }
    return given;
}

Result<Settings> read_settings(
    std::span<const GivenValue> flags, std::optional<std::string> config_file
) {
    if (!config_file) {
        const char* const value = std::getenv(std::string(kConfigVariable).c_str());
        if (value != nullptr) config_file = value;
    }
    if (config_file && config_file->empty()) {
        return fail(
            Errc::invalid_argument,
            "--config (" + std::string(kConfigVariable) +
                "): the value is empty; name a file, or leave it out"
        );
    }
    std::vector<GivenValue> given;
    if (config_file) {
        FC_TRY(given, read_config_file(*config_file));
    }
    std::size_t count = 0;
    while (environ[count] != nullptr) ++count;
    const std::vector<GivenValue> variables = read_environment(std::span(environ, count));
    given.insert(given.end(), variables.begin(), variables.end());
    given.insert(given.end(), flags.begin(), flags.end());
    return resolve_settings(given);
}

}  // namespace flightcast::app::options
