// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace flightcast::flight {

// The lines of a file, plain or gzipped; none if it cannot be opened.
[[nodiscard]] std::vector<std::string> lines_of_file(const std::filesystem::path& path);

// The files that a golden test reads: the one of this name that is kept in testdata/ below the
// source folder `root`, and, where the data that it was taken from stands beside that folder, the
// whole.
[[nodiscard]] std::vector<std::filesystem::path> golden_files(
    const std::filesystem::path& root, const std::string& extract, const std::string& whole
);

}  // namespace flightcast::flight
