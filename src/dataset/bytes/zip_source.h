// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "dataset/bytes/byte_source.h"

namespace flightcast::dataset::bytes {

// The data file in a zip archive. Of several files the only one that ends in .csv, .tsv, .txt,
// .json, .jsonl or .ndjson counts (the Bureau's archives hold a readme.html, too); folders and what
// macOS adds (__MACOSX, ._name, .DS_Store) count for nothing.
//
// Fails with corrupt for a damaged archive, and with invalid_argument for one without a data file,
// with several, and for an Excel workbook; the detail names the file, as `name`, and its members.
[[nodiscard]] base::Result<Source> open_zip(
    const std::filesystem::path& path, const std::string& name
);

}  // namespace flightcast::dataset::bytes
