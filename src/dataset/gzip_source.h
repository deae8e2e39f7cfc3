// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "dataset/byte_source.h"

namespace flightcast::dataset {

// A plain file or one compressed with gzip, in one piece or several. Fails with not_found or io.
[[nodiscard]] base::Result<std::unique_ptr<ByteSource>> open_gzip(
    const std::filesystem::path& path
);

}  // namespace flightcast::dataset
