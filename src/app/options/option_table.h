// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/options/options.h"
#include "base/result.h"

// The one list of options. Flags, environment variables, keys of the configuration file,
// `flightcast config` and docs/configuration.md are all made from it.
namespace flightcast::app::options {

// The kind of value that an option takes, the accepted values, and the member it fills. An
// empty value is not the same as none: it is refused, or a variable that was never set would open a
// server to everybody. Only where a text says that it may be empty, that means something of its
// own.
struct TextField {
    std::string ServeOptions::* member;
    bool may_be_empty = false;
};
struct PathField {
    std::filesystem::path ServeOptions::* member;
};
struct PortField {
    std::uint16_t ServeOptions::* member;
};
struct CountField {
    std::size_t ServeOptions::* member;
    std::size_t min;
    std::size_t max;
};
struct SizeField {
    std::size_t ServeOptions::* member;
    std::size_t min;
    std::size_t max;
};
struct DurationField {
    std::chrono::milliseconds ServeOptions::* member;
    std::chrono::milliseconds min;
    std::chrono::milliseconds max;
};
// Given as a flag without a value, or as "true" or "false".
struct SwitchField {
    bool ServeOptions::* member;
};
// Given several times as a flag; in a file or variable, separated by semicolons.
struct ListField {
    std::vector<std::string> ServeOptions::* member;
};
// The choice's position in `names` is the value of its enumerator.
struct ChoiceField {
    std::span<const std::string_view> names;
    std::size_t (*get)(const ServeOptions&);
    void (*set)(ServeOptions&, std::size_t);
};
using Field = std::variant<
    TextField,
    PathField,
    PortField,
    CountField,
    SizeField,
    DurationField,
    SwitchField,
    ListField,
    ChoiceField>;

struct OptionSpec {
    std::string_view name;  // "data-dir": the flag --data-dir, FLIGHTCAST_DATA_DIR, the file's key
    std::string_view help;  // one sentence
    Field field;
    std::string_view default_note;  // says the default where it depends on the machine
    bool secret = false;            // never shown
    bool reloadable = false;        // SIGHUP brings a new value into force
};

// Every option, in the order in which people read them.
[[nodiscard]] std::span<const OptionSpec> option_table();

// The option called `name` ("data-dir"); null if it is unknown.
[[nodiscard]] const OptionSpec* find_option(std::string_view name);

// "FLIGHTCAST_DATA_DIR" for "data-dir".
[[nodiscard]] std::string environment_name(std::string_view option_name);

// "TEXT", "PATH", "DURATION", "all|original": the value's name in a help text.
[[nodiscard]] std::string value_name(const OptionSpec& spec);

// "10ms to 1h"; empty when every value of its kind is accepted.
[[nodiscard]] std::string accepted_range(const OptionSpec& spec);

// The option's value in `options`, spelled so that assign() takes it; empty where there is none.
[[nodiscard]] std::string value_text(const OptionSpec& spec, const ServeOptions& options);

// Gives `to` the value that `from` has.
void copy_value(const OptionSpec& spec, const ServeOptions& from, ServeOptions& to);

// Parses `text` into `options`. Errc::invalid_argument shows the given and the accepted values.
[[nodiscard]] base::Result<void> assign(
    const OptionSpec& spec, std::string_view text, ServeOptions& options
);

}  // namespace flightcast::app::options
