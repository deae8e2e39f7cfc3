// SPDX-License-Identifier: Apache-2.0
//
// A row is walked once, and its path is kept: which class to explain is known only at the
// end. Then every step is booked on the feature that was asked. No address depends on an earlier
// read, so that costs less than the walk.
#include <algorithm>
#include <array>
#include <cstdint>

#include "base/check.h"
#include "forest/walk/packed_forest.h"
#include "forest/walk/packed_step.h"

namespace flightcast::forest::walk {

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

// Walks to the leaves and notes every node down; `path` has room. Returns where the notes end.
template <bool large_sets>
PackedForest::Step* PackedForest::follow(const DecisionSlot* slots, Step& at, Step* path) const {
    *path++ = at;
    walk_down<large_sets>(slots, at, [&path](const Step& now) { *path++ = now; });
    return path;
}

// Books the steps of `path`. Every walk has changes of its own: adding to a number that another one
// has just written would wait for it.
std::vector<std::int64_t> PackedForest::book(
    std::span<const Step> path, std::size_t of_class
) const {
    const std::uint16_t* const shares = node_shares_.at(of_class).data();
    std::array<std::array<std::int64_t, base::limits::kModelFeaturesMax + 1>, kWalks> booked{};
    // The step from a leaf to the next root is booked on the "feature" of leaves: none.
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
#pragma GCC unroll 8
        for (std::size_t walk = 0; walk < kWalks; ++walk) {
            const std::uint32_t at = path[i][walk];
            const std::int64_t change = std::int64_t{shares[path[i + 1][walk]]} - shares[at];
            booked[walk][nodes_[at] >> 57U] += change;
        }
    }
    std::vector<std::int64_t> changes(kinds_.size());
    for (const auto& of_walk : booked) {
        for (std::size_t f = 0; f < changes.size(); ++f) changes[f] += of_walk[f];
    }
    return changes;
}

Explanation PackedForest::explain(std::span<const float> row) const {
    FC_CHECK(can_explain());
    std::array<DecisionSlot, kSlotsMax> slots;
    prepare(row.data(), slots.data());
    std::vector<Step> path(path_max_);
    Step* end = path.data();
    LeafSums sums;
    Step at;
    // Where fewer trees are left than go at once, the rest stays at a leaf.
    at.fill(static_cast<std::uint32_t>(nodes_.size() - 1));
    for (std::size_t tree = 0; tree < trees_.size(); tree += kWalks) {
        const std::size_t count = std::min(kWalks, trees_.size() - tree);
        for (std::size_t i = 0; i < count; ++i) at[i] = trees_[tree + i].root;
        end = has_large_sets_ ? follow<true>(slots.data(), at, end)
                              : follow<false>(slots.data(), at, end);
        for (std::size_t i = 0; i < count; ++i) sums.add(leaf_at(at[i]));
    }
    Explanation explanation{.shares = sums.shares()};
    explanation.of_class = static_cast<std::size_t>(
        std::ranges::max_element(explanation.shares) - explanation.shares.begin()
    );
    explanation.changes = book({path.data(), end}, explanation.of_class);
    explanation.base = sums.parts[explanation.of_class];
    for (const std::int64_t change : explanation.changes) explanation.base -= change;
    for (std::size_t c = 0; c < kClassCount; ++c) explanation.total += sums.parts[c];
    return explanation;
}

}  // namespace flightcast::forest::walk
