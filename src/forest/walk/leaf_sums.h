// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

#include "base/limits.h"
#include "forest/forest.h"

namespace flightcast::forest::walk {

// The sum of the leaves that one row reaches, in units of 1 / kLeafUnit. Integers: the order of the
// trees does not matter. Four numbers side by side, which compilers turn into one instruction each.
struct LeafSums {
    using Parts [[gnu::vector_size(kClassCount * sizeof(std::uint32_t))]] = std::uint32_t;
    using LeafParts [[gnu::vector_size(sizeof(Leaf))]] = std::uint16_t;

    Parts parts{};

    void add(const Leaf& leaf) {
        LeafParts more;
        std::memcpy(&more, leaf.data(), sizeof more);
        parts += __builtin_convertvector(more, Parts);
    }

    // The shares that the sums stand for; they sum to 1. REQUIRES: a leaf was added.
    [[nodiscard]] ClassShares shares() const {
        std::uint64_t total = 0;
        for (std::size_t c = 0; c < kClassCount; ++c) total += parts[c];
        ClassShares shares{};
        for (std::size_t c = 0; c < kClassCount; ++c) {
            shares[c] = static_cast<double>(parts[c]) / static_cast<double>(total);
        }
        return shares;
    }
};
static_assert(
    base::limits::kModelTreesMax * std::uint64_t{kLeafUnit} <= UINT32_MAX, "a sum does not overflow"
);

}  // namespace flightcast::forest::walk
