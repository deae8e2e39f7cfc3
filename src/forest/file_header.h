// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "forest/schema.h"

namespace flightcast::forest {

// How each file of a forest begins, little-endian. Tables follow, and a checksum of all before.
struct FileHeader {
    std::uint64_t magic = 0;
    std::uint32_t format_version = 0;  // from 1 on
    std::uint32_t classes = kClassCount;
    std::uint32_t trees = 0;
    std::uint32_t nodes = 0;
    std::uint32_t leaves = 0;
    std::uint32_t set_words = 0;
};
static_assert(sizeof(FileHeader) == 32, "as on disk");

// The marks that tell one kind of file from another.
struct FileKind {
    std::uint64_t magic;
    std::uint32_t newest_version;
    std::string_view not_this;                              // "is no forest"
    std::string_view remedy;                                // "copy the model again"
    std::function<std::uint64_t(const FileHeader&)> bytes;  // of a whole file, checksum included
};

// The header of `bytes`, once they are known to be a whole and undamaged file of this kind. Fails
// with corrupt, or with unsupported when the version is newer; the detail starts with `source`.
[[nodiscard]] base::Result<FileHeader> read_file_header(
    std::span<const std::byte> bytes, const std::string& source, const FileKind& kind
);

}  // namespace flightcast::forest
