// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace flightcast::app::cli {

// The first line of the file that `option` ("--mongo-password-file") names. Errc::invalid_argument
// when there is none, or an empty one.
[[nodiscard]] base::Result<std::string> read_password(
    const std::filesystem::path& file, const std::string& option
);

}  // namespace flightcast::app::cli
