// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace flightcast::dataset::bytes {

// Kinds of files, told by their first bytes.
enum class FileKind { text, gzip, bzip2, zip, parquet, foreign };

struct KnownKind {
    FileKind kind = FileKind::text;
    std::string_view is;      // of a foreign file, "is compressed with xz"
    std::string_view remedy;  // advice for people
};

// Tells by `head`, the first bytes of a file, packed or not; text when nothing else is known.
[[nodiscard]] KnownKind kind_of(std::string_view head);

}  // namespace flightcast::dataset::bytes
