// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "dataset/byte_source.h"

namespace flightcast::dataset {

// The one data file of a zip archive (see open_bytes). Fails with corrupt for what is no archive or
// is cut off, with invalid_argument when there is no data file in it, or several.
[[nodiscard]] base::Result<std::unique_ptr<ByteSource>> open_zip(const std::filesystem::path& path);

}  // namespace flightcast::dataset
