// SPDX-License-Identifier: Apache-2.0
//
// Inside PackedForest: the nodes and one step down. A node is one 64-bit number, lowest bits
// first:
//
//     32  payload: the threshold as an ordered integer, a set of up to 32 categories, the first
//     word
//         of a larger set, or the index of a leaf
//     24  index of the left child, which the right one follows; of a leaf its own index
//      8  slot: which of the row's DecisionSlots decides
//
// Slot 2f is for splits on feature f that send missing values left, 2f + 1 for those that send them
// right; the last one sends everything left, so that a leaf is its own child.
#pragma once

#include <cstddef>
#include <cstdint>

#include "forest/walk/packed_forest.h"

namespace flightcast::forest::walk {

inline constexpr std::size_t kSlotsMax = 2 * base::limits::kModelFeaturesMax + 1;
static_assert(kSlotsMax <= 256, "a slot fits in 8 bits");
inline constexpr std::size_t kStepsUnasked = 4;  // before looking whether all walks have ended
inline constexpr std::uint32_t kNoWord = UINT32_MAX;

template <bool large_sets>
inline std::uint32_t PackedForest::step(std::uint32_t at, const DecisionSlot* slots) const {
    const std::uint64_t node = nodes_[at];
    const DecisionSlot& slot = slots[node >> 56U];
    auto payload = static_cast<std::int32_t>(node);
    if constexpr (large_sets) {
        if (slot.word != kNoWord) {
            const std::uint32_t first = static_cast<std::uint32_t>(node);
            payload = static_cast<std::int32_t>(sets_[first + slot.word]);
        }
    }
    const auto right = static_cast<std::uint64_t>(payload - slot.minus) >> slot.shift & 1U;
    return (static_cast<std::uint32_t>(node >> 32U) & 0xFF'FFFFU) +
           static_cast<std::uint32_t>(right);
}

// Takes all walks of one row to their leaves; `note` is told where they are after every step.
template <bool large_sets, typename Note>
inline void PackedForest::walk_down(const DecisionSlot* slots, Step& at, Note note) const {
    std::uint32_t moved = 1;
    while (moved != 0) {
        for (std::size_t unasked = 1; unasked < kStepsUnasked; ++unasked) {
#pragma GCC unroll 8
            for (std::uint32_t& walk : at) walk = step<large_sets>(walk, slots);
            note(at);
        }
        moved = 0;
#pragma GCC unroll 8
        for (std::uint32_t& walk : at) {
            const std::uint32_t next = step<large_sets>(walk, slots);
            moved |= next ^ walk;
            walk = next;
        }
        note(at);
    }
}

inline const Leaf& PackedForest::leaf_at(std::uint32_t at) const {
    return leaves_[static_cast<std::uint32_t>(nodes_[at])];
}

}  // namespace flightcast::forest::walk
