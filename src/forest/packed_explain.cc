// SPDX-License-Identifier: Apache-2.0
//
// The walks of packed_forest.cc again, each step now also booked on the feature that was asked.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/check.h"
#include "forest/packed_forest.h"
#include "forest/packed_step.h"

namespace flightcast::forest {

// Children lie behind their parents: from the last node to the first, each finds its children done.
void PackedForest::fill_shares(const Forest& forest) {
    for (auto& shares : node_shares_) shares.resize(forest.nodes.size());
    std::vector<std::uint64_t> rows(forest.nodes.size());
    for (std::size_t index = forest.nodes.size(); index-- > 0;) {
        const Node& node = forest.nodes[index];
        if (node.first_child == 0) {
            const Leaf& leaf = forest.leaves[node.payload];
            for (std::size_t c = 0; c < kClassCount; ++c) node_shares_[c][index] = leaf[c];
            rows[index] = forest.leaf_rows[node.payload];
            continue;
        }
        const std::size_t left = node.first_child;
        const std::size_t right = left + 1;
        rows[index] = rows[left] + rows[right];
        for (std::size_t c = 0; c < kClassCount; ++c) {
            std::vector<std::uint16_t>& shares = node_shares_[c];
            const std::uint64_t sum = shares[left] * rows[left] + shares[right] * rows[right];
            shares[index] = static_cast<std::uint16_t>((sum + rows[index] / 2) / rows[index]);
        }
    }
}

template <bool large_sets>
void PackedForest::follow(
    const DecisionSlot* slots, std::size_t of_class, Explanation& explanation
) const {
    const std::vector<std::uint16_t>& shares = node_shares_.at(of_class);
    for (std::size_t tree = 0; tree < trees_.size(); tree += kWalks) {
        const std::size_t count = std::min(kWalks, trees_.size() - tree);
        std::array<std::uint32_t, kWalks> at{};
        for (std::size_t i = 0; i < count; ++i) at[i] = trees_[tree + i].root;
        for (std::uint32_t depth = trees_[tree + count - 1].depth; depth > 0; --depth) {
            for (std::size_t i = 0; i < count; ++i) {
                const std::uint32_t next = step<large_sets>(at[i], slots);
                // A leaf's own slot is the last one, behind those of the features.
                explanation.changes[nodes_[at[i]] >> 57U] +=
                    std::int64_t{shares[next]} - shares[at[i]];
                at[i] = next;
            }
        }
        for (std::size_t i = 0; i < count; ++i) {
            explanation.base += shares[trees_[tree + i].root];
            for (const std::uint16_t share : leaf_at(at[i])) explanation.total += share;
        }
    }
}

Explanation PackedForest::explain(std::span<const float> row, std::size_t of_class) const {
    FC_CHECK(can_explain());
    std::array<DecisionSlot, kSlotsMax> slots;
    prepare(row.data(), slots.data());
    Explanation explanation;
    explanation.changes.resize(kinds_.size() + 1);
    if (has_large_sets_) {
        follow<true>(slots.data(), of_class, explanation);
    } else {
        follow<false>(slots.data(), of_class, explanation);
    }
    explanation.changes.pop_back();  // of leaves, which change nothing
    return explanation;
}

}  // namespace flightcast::forest
