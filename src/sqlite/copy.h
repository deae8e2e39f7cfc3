// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"

namespace flightcast::sqlite {

// Writes the database `source` into the new file `target`, as it is at one moment, while other
// processes write to it: they do not wait. Page by page, so row ids stay. The result needs no other
// file and is flushed to the disk. Errc::not_found, Errc::io, Errc::full and Errc::corrupt name the
// file; a target that was begun is left.
[[nodiscard]] base::Result<void> copy_database(
    const std::filesystem::path& source, const std::filesystem::path& target
);

// Reads all of `file`: Errc::corrupt with SQLite's first complaint when it is damaged.
[[nodiscard]] base::Result<void> check_database(const std::filesystem::path& file);

}  // namespace flightcast::sqlite
