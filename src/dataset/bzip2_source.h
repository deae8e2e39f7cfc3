// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "dataset/byte_source.h"

namespace flightcast::dataset {

// A file compressed with bzip2, in one piece or several, as parallel packers write it. Fails with
// not_found or io.
[[nodiscard]] base::Result<std::unique_ptr<ByteSource>> open_bzip2(
    const std::filesystem::path& path
);

}  // namespace flightcast::dataset
