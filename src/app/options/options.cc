// SPDX-License-Identifier: Apache-2.0
#include "app/options/options.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace flightcast::app::options {
namespace {

// "a, b" -> {"a", "b"}
std::vector<std::string> split_names(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view name = list.substr(0, comma);
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (!name.empty()) names.emplace_back(name);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return names;
}

}  // namespace

std::filesystem::path default_data_dir() {
    const auto absolute = [](const char* name) -> std::filesystem::path {
        const char* const value = std::getenv(name);
        const std::filesystem::path path(value == nullptr ? "" : value);
        return path.is_absolute() ? path : std::filesystem::path();  // As the XDG rules say.
    };
    if (const auto data_home = absolute("XDG_DATA_HOME"); !data_home.empty()) {
        return data_home / "flightcast";
    }
    if (const auto home = absolute("HOME"); !home.empty()) return home / ".local/share/flightcast";
    return "flightcast-data";
}

std::filesystem::path ServeOptions::data_folder() const {
    if (!data_dir.empty()) return data_dir;
    std::filesystem::path folder = default_data_dir();
    if (demo) folder += "-demo";
    return folder;
}

std::vector<std::string> ServeOptions::ranked_sources() const {
    return split_names(arrival_sources);
}

}  // namespace flightcast::app::options
