// SPDX-License-Identifier: Apache-2.0
#include "base/tool_python.h"

#include <cstdlib>
#include <filesystem>

namespace flightcast::base {

namespace fs = std::filesystem;

std::string tool_python() {
    const char* const cache = std::getenv("XDG_CACHE_HOME");
    const char* const home = std::getenv("HOME");
    fs::path folder = cache != nullptr ? cache : "";
    if (folder.empty() && home != nullptr) folder = fs::path(home) / ".cache";
    const fs::path made = folder / "flightcast/import-venv/bin/python";
    std::error_code error;
    return fs::exists(made, error) ? made.string() : "python3";
}

}  // namespace flightcast::base
