// SPDX-License-Identifier: Apache-2.0
#include "app/options/exposed_secrets.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "eventlog/kafka/client/settings.h"
#include "store/mongo/mongo_options.h"

namespace flightcast::app::options {
namespace {

constexpr std::string_view kHidden = "***";

// "sasl.password=x;linger.ms=5" to "sasl.password=***;linger.ms=5"
std::string hide_settings(std::string_view list) {
    std::string shown;
    while (!list.empty()) {
        const std::string_view entry = list.substr(0, list.find(';'));
        const std::size_t equals = std::min(entry.find('='), entry.size());
        const bool has_secret = equals + 1 < entry.size() &&
                                eventlog::kafka::is_secret_setting(entry.substr(0, equals));
        shown += has_secret ? std::string(entry.substr(0, equals + 1)) + std::string(kHidden)
                            : std::string(entry);
        list.remove_prefix(entry.size());
        if (list.empty()) break;
        shown += list.front();
        list.remove_prefix(1);
    }
    return shown;
}

// As much of `text` as there is room for, then spaces: the argument keeps its length.
void overwrite(char* argument, const std::string& text) {
    const std::span place(argument, std::strlen(argument));
    for (std::size_t i = 0; i < place.size(); ++i) place[i] = i < text.size() ? text[i] : ' ';
}

void warn(std::string_view name) {
    std::fprintf(
        stderr,
        "warning: --%s: everybody on this machine could read the password in this command line, "
        "and your shell may keep it; use %s or a file\n",
        std::string(name).c_str(),
        environment_name(name).c_str()
    );
}

}  // namespace

std::string without_secrets(const OptionSpec& spec, std::string_view text) {
    if (spec.name == "mongo") return store::mongo::redacted_uri(text);
    if (spec.name == "kafka-option") return hide_settings(text);
    return std::string(spec.secret && !text.empty() ? kHidden : text);
}

std::vector<std::string> take_arguments(std::span<char* const> arguments) {
    if (arguments.empty()) return {};
    arguments = arguments.subspan(1);
    std::vector<std::string> taken(arguments.begin(), arguments.end());
    for (std::size_t i = 0; i < taken.size(); ++i) {
        const std::string_view argument = taken[i];
        if (!argument.starts_with("--")) continue;
        const std::size_t equals = std::min(argument.find('='), argument.size());
        const OptionSpec* const spec = find_option(argument.substr(2, equals - 2));
        const bool stands_apart = equals == argument.size();
        if (spec == nullptr || (stands_apart && i + 1 == taken.size())) continue;
        char* const value = stands_apart ? arguments[i + 1] : arguments[i] + equals + 1;
        const std::string shown = without_secrets(*spec, value);
        if (shown == value) continue;
        overwrite(value, shown);
        warn(spec->name);
    }
    return taken;
}

}  // namespace flightcast::app::options
