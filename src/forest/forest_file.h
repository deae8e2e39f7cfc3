// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "forest/forest.h"

namespace flightcast::forest {

// The bytes of forest.bin, little-endian:
//
//     0   "FCFOREST"
//     8   u32 format version    12  u32 classes (4)
//     16  u32 trees                 20  u32 nodes
//     24  u32 leaves                28  u32 set words
//     32  roots (u32 each), nodes (8 bytes each: u32 payload; u32 of first child in the low 24
//         bits, feature in the next 7, missing_right in the highest), leaves (4 x u16), sets (u32),
//         and, since format version 2, the rows of each leaf (u32)
//     end u32 CRC-32 (as zlib) of all before
[[nodiscard]] std::vector<std::byte> serialize_forest(const Forest& forest);

// Reads the bytes of serialize_forest; check() looks at the structure. Fails with corrupt or
// unsupported; the detail starts with `source`.
[[nodiscard]] base::Result<Forest> parse_forest(
    std::span<const std::byte> bytes, const std::string& source
);

}  // namespace flightcast::forest
