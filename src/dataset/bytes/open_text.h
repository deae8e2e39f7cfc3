// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "dataset/bytes/head_source.h"

namespace flightcast::dataset::bytes {

// Opens a file as text in UTF-8, with its first limits::kCsvLineBytesMax bytes to look at. Its
// first bytes tell its kind, not its name: plain text, packed by gzip or bzip2, a zip archive
// with one data file in it (see open_zip), or Parquet, which is read through Python with pyarrow
// and becomes CSV. Byte order marks are dropped, UTF-16 is converted. "-" is standard input. Zip
// and Parquet are read from a file only, also one that is standard input ('- < flights.zip'): both
// are refused on a pipe.
//
// Fails with not_found or io, and with invalid_argument for a file of another kind, with its kind
// and advice; the detail names the file.
[[nodiscard]] base::Result<std::unique_ptr<HeadSource>> open_text(
    const std::filesystem::path& path
);

}  // namespace flightcast::dataset::bytes
