// SPDX-License-Identifier: Apache-2.0
#include "app/options/options.h"

#include <cstdlib>

namespace flightcast::app::options {

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

}  // namespace flightcast::app::options
