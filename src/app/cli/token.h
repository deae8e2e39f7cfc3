// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace flightcast::app::cli {

// The token of --token (FLIGHTCAST_TOKEN), or what stands in the file of --token-file without white
// space around it; empty when neither is given. Errc::invalid_argument when both are, or when a
// header cannot carry the token; else errors are those of read_small_file.
[[nodiscard]] base::Result<std::string> find_token(
    const std::string& token, const std::filesystem::path& file
);

// The same of the options `--<option>` and `--<option>-file`.
struct TokenOption {
    std::string name;  // "admin-token"
    std::string value;
    std::filesystem::path file;
};
[[nodiscard]] base::Result<std::string> find_token(const TokenOption& option);

}  // namespace flightcast::app::cli
