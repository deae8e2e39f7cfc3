// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "forest/spark_forest.h"

namespace flightcast::forest {

// The bytes of spark_forest.bin, little-endian:
//
//     0   "FCSPARKF"
//     8   u32 format version (1)    12  u32 classes (4)
//     16  u32 trees                 20  u32 nodes
//     24  u32 leaves                28  u32 set words
//     32  nodes (32 bytes each: f64 threshold; u32 left, right, payload, feature, categories,
//         others_left), leaves (4 x f64), roots (u32 each), sets (u32)
//     end u32 CRC-32 (as zlib) of all before
[[nodiscard]] std::vector<std::byte> serialize_spark_forest(const SparkForest& forest);

// Reads the bytes of serialize_spark_forest; check() looks at the structure. Fails with
// corrupt or unsupported; the detail starts with `source`.
[[nodiscard]] base::Result<SparkForest> parse_spark_forest(
    std::span<const std::byte> bytes, const std::string& source
);

}  // namespace flightcast::forest
