// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "dataset/bytes/byte_source.h"

namespace flightcast::dataset::bytes {

// A Parquet file as CSV: run through a child process, the Python of './dev import-tools' or else
// python3, which needs pyarrow. Columns of lists and structs are left out.
//
// Fails, perhaps only when it is read, with io or unsupported; the detail names the file, as
// `name`, and says how to do without pyarrow.
[[nodiscard]] base::Result<Source> open_parquet(
    const std::filesystem::path& path, const std::string& name
);

}  // namespace flightcast::dataset::bytes
