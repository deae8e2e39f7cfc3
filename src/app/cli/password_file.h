// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace flightcast::app::cli {

// The password in the file that `option` ("--mongo-password-file") names, which is its one line.
// Errors are those of read_small_file.
[[nodiscard]] base::Result<std::string> read_password(
    const std::filesystem::path& file, const std::string& option
);

}  // namespace flightcast::app::cli
