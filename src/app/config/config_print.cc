// SPDX-License-Identifier: Apache-2.0
#include "app/config/config_print.h"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "app/options/exposed_secrets.h"
#include "base/enum_order.h"

namespace flightcast::app::config {
namespace {

constexpr std::array<std::string_view, 4> kSourceNames = {"default", "file", "environment", "flag"};
static_assert(base::is_enum_order(
    std::array{
        options::Source::built_in,
        options::Source::file,
        options::Source::environment,
        options::Source::flag
    }
));

std::string_view source_name(options::Source source) {
    return kSourceNames[static_cast<std::size_t>(source)];
}

std::string shown_value(const options::Setting& setting) {
    const bool is_noted = setting.text.empty() && !setting.spec->default_note.empty();
    return is_noted ? "(" + std::string(setting.spec->default_note) + ")"
                    : options::without_secrets(*setting.spec, setting.text);
}

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

constexpr std::string_view kMarkdownHead = R"(# Configuration

Every option can be given in four ways. A later one of this list wins:

1. the default;
2. a file named by `--config FILE` (or `FLIGHTCAST_CONFIG`), in TOML: `accept-timeout = "2s"`;
3. an environment variable: `FLIGHTCAST_ACCEPT_TIMEOUT=2s`;
4. a flag: `--accept-timeout 2s`.

`flightcast config` shows what is in force and where each value came from; it takes the same flags as
`flightcast serve`. An unknown option, key or `FLIGHTCAST_` variable stops the program (exit code 2),
so a typing mistake is never silently ignored; only `FLIGHTCAST_TEST_` variables are. So does an empty
value (`FLIGHTCAST_TOKEN=` from a secret that was never set), except where an empty text has a meaning of
its own: `cors-origin`, `cookie`, `event-aliases`, `arrival-sources`.

Durations are a whole number and a unit: `250ms`, `5s`, `5m`, `2h`, `7d`. Sizes are bytes: `64MB`
(powers of 1,000), `64MiB` (powers of 1,024) or a plain number. In the file, numbers stand as they
are and everything else in quotes.

This page is written by `flightcast config --markdown`; a test keeps it up to date.
)";

std::string markdown_section(const options::OptionSpec& spec) {
    const std::string name(spec.name);
    const std::string value = options::value_text(spec, {});
    std::string usual =
        spec.default_note.empty() ? "`" + value + "`" : std::string(spec.default_note);
    std::string text = "\n## `" + name + "`\n\n" + std::string(spec.help) + "\n\n";
    text += "- Flag `--" + name + "`, variable `" + options::environment_name(name) + "`\n";
    text += "- Default: " + usual + "\n";
    const std::string range = options::accepted_range(spec);
    if (!range.empty()) text += "- Accepted: " + range + "\n";
    if (spec.secret) text += "- Secret: never shown\n";
    if (spec.reloadable) text += "- Taken over at run time on SIGHUP\n";
    return text;
}

}  // namespace

std::string settings_text(const options::Settings& settings) {
    std::size_t name_width = 0;
    std::size_t value_width = 0;
    for (const options::Setting& setting : settings.all) {
        name_width = std::max(name_width, setting.spec->name.size());
        value_width = std::max(value_width, shown_value(setting).size());
    }
    std::string text;
    for (const options::Setting& setting : settings.all) {
        text += padded(std::string(setting.spec->name), name_width + 2);
        text += padded(shown_value(setting), value_width + 2);
        text += source_name(setting.source);
        if (!setting.place.empty()) text += " " + setting.place;
        text += "\n";
    }
    return text;
}

std::string settings_json(const options::Settings& settings) {
    boost::json::object result;
    for (const options::Setting& setting : settings.all) {
        boost::json::object entry{
            {"source", source_name(setting.source)},
            {"value", options::without_secrets(*setting.spec, setting.text)},
        };
        if (!setting.place.empty()) entry["place"] = setting.place;
        result[setting.spec->name] = std::move(entry);
    }
    return boost::json::serialize(result);
}

std::string options_markdown() {
    std::string text(kMarkdownHead);
    for (const options::OptionSpec& spec : options::option_table()) text += markdown_section(spec);
    return text;
}

}  // namespace flightcast::app::config
