// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "dataset/bytes/byte_source.h"

namespace flightcast::dataset::bytes {

// The name under which standard input is given as a file.
inline constexpr const char* kStandardInput = "-";

// How messages call the file: its path, or "standard input".
[[nodiscard]] std::string display_name(const std::filesystem::path& path);

// Opens a file, a pipe or, as "-", standard input, as it is. Fails with not_found or io; the detail
// names the file.
[[nodiscard]] base::Result<Source> open_file(const std::filesystem::path& path);

}  // namespace flightcast::dataset::bytes
