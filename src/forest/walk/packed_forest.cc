// SPDX-License-Identifier: Apache-2.0
//
// Eight trees at a time for one row, eight rows at a time for many. packed_step.h describes the
// nodes.
#include "forest/walk/packed_forest.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.h"
#include "forest/walk/packed_step.h"

namespace flightcast::forest::walk {
namespace {

constexpr std::size_t kBlockRows = 128;  // whose slots stay in a cache
constexpr std::uint32_t kSignBit = 63;
constexpr std::int64_t kBeyondPayloads = std::int64_t{1} << 40U;

constexpr DecisionSlot kAlwaysLeft{-kBeyondPayloads, kSignBit, kNoWord};
constexpr DecisionSlot kAlwaysRight{kBeyondPayloads, kSignBit, kNoWord};

// An integer that is ordered as the float is; both zeros become 0. REQUIRES: not NaN.
std::int32_t to_ordered(float value) {
    const auto bits = std::bit_cast<std::int32_t>(value + 0.0F);
    return bits < 0 ? bits ^ 0x7FFF'FFFF : bits;
}

std::uint64_t pack(std::uint32_t payload, std::size_t child, std::size_t slot) {
    return payload | std::uint64_t{child} << 32U | std::uint64_t{slot} << 56U;
}

// Steps from `root` to its lowest leaf. Children lie behind their parents.
std::uint32_t depth_of(const Forest& forest, std::uint32_t root) {
    struct Visit {
        std::uint32_t node;
        std::uint32_t depth;
    };
    std::uint32_t deepest = 0;
    std::vector<Visit> visits = {{root, 0}};
    while (!visits.empty()) {
        const Visit visit = visits.back();
        visits.pop_back();
        deepest = std::max(deepest, visit.depth);
        const std::uint32_t child = forest.nodes[visit.node].first_child;
        if (child == 0) continue;
        visits.push_back({child, visit.depth + 1});
        visits.push_back({child + 1, visit.depth + 1});
    }
    return deepest;
}

}  // namespace

PackedForest::PackedForest(const Forest& forest, const Schema& schema)
    : slots_(2 * schema.features.size() + 1), leaves_(forest.leaves), sets_(forest.sets) {
    FC_CHECK(slots_ <= kSlotsMax);
    for (const Feature& feature : schema.features) {
        const bool is_large = feature.categories.size() > 32;
        has_large_sets_ |= is_large;
        kinds_.push_back(
            feature.kind == FeatureKind::numeric ? Kind::numeric
            : is_large                           ? Kind::large_set
                                                 : Kind::small_set
        );
    }
    nodes_.reserve(forest.nodes.size());
    for (const Node& node : forest.nodes) add_node(node);
    if (!has_large_sets_) sets_ = {};
    if (!forest.leaf_rows.empty()) fill_shares(forest);
    for (const std::uint32_t root : forest.roots) {
        trees_.push_back({root, depth_of(forest, root)});
    }
    std::ranges::stable_sort(trees_, {}, &Tree::depth);
    for (std::size_t tree = 0; tree < trees_.size(); tree += kWalks) {
        const std::size_t last = std::min(tree + kWalks, trees_.size()) - 1;
        path_max_ += 1 + (trees_[last].depth / kStepsUnasked + 1) * kStepsUnasked;
    }
}

void PackedForest::add_node(const Node& node) {
    if (node.first_child == 0) {
        nodes_.push_back(pack(node.payload, nodes_.size(), slots_ - 1));
        return;
    }
    std::uint32_t payload = node.payload;
    if (kinds_[node.feature] == Kind::numeric) {
        payload = static_cast<std::uint32_t>(to_ordered(std::bit_cast<float>(payload)));
    } else if (kinds_[node.feature] == Kind::small_set) {
        payload = sets_[payload];
    }
    nodes_.push_back(pack(payload, node.first_child, 2 * node.feature + node.missing_right));
}

void PackedForest::prepare(const float* row, DecisionSlot* slots) const {
    for (std::size_t feature = 0; feature < kinds_.size(); ++feature) {
        const float value = row[feature];
        DecisionSlot* const pair = slots + 2 * feature;
        if (value != value) {
            pair[0] = kAlwaysLeft;
            pair[1] = kAlwaysRight;
        } else if (kinds_[feature] == Kind::numeric) {
            pair[0] = pair[1] = {to_ordered(value), kSignBit, kNoWord};
        } else {
            const auto category = static_cast<std::uint32_t>(value);
            const bool is_large = kinds_[feature] == Kind::large_set;
            pair[0] = pair[1] = {0, category % 32, is_large ? category / 32 : kNoWord};
        }
    }
    slots[slots_ - 1] = kAlwaysLeft;
}

template <bool large_sets>
LeafSums PackedForest::sum_row(const DecisionSlot* slots) const {
    LeafSums sums{};
    std::size_t tree = 0;
    for (; tree + kWalks <= trees_.size(); tree += kWalks) {
        Step at{};
        for (std::size_t i = 0; i < kWalks; ++i) at[i] = trees_[tree + i].root;
        walk_down<large_sets>(slots, at, [](const Step&) {});
        for (const std::uint32_t walk : at) sums.add(leaf_at(walk));
    }
    for (; tree < trees_.size(); ++tree) {
        std::uint32_t at = trees_[tree].root;
        for (std::uint32_t i = 0; i < trees_[tree].depth; ++i) at = step<large_sets>(at, slots);
        sums.add(leaf_at(at));
    }
    return sums;
}

LeafSums PackedForest::sum_leaves(std::span<const float> row) const {
    std::array<DecisionSlot, kSlotsMax> slots;
    prepare(row.data(), slots.data());
    return has_large_sets_ ? sum_row<true>(slots.data()) : sum_row<false>(slots.data());
}

// `slots` are those of as many rows as there are sums, which are a multiple of kWalks.
template <bool large_sets>
void PackedForest::sum_block(
    const Tree& tree, std::span<const DecisionSlot> slots, std::span<LeafSums> sums
) const {
    for (std::size_t row = 0; row < sums.size(); row += kWalks) {
        std::array<std::uint32_t, kWalks> at{};
        at.fill(tree.root);
        const DecisionSlot* const first = &slots[row * slots_];
        // One step of all walks; whether one of them moved.
        const auto step_all = [&]() __attribute__((always_inline)) {
            std::uint32_t moved = 0;
#pragma GCC unroll 8
            for (std::size_t i = 0; i < kWalks; ++i) {
                const std::uint32_t next = step<large_sets>(at[i], first + i * slots_);
                moved |= next ^ at[i];
                at[i] = next;
            }
            return moved != 0;
        };
        do {
            for (std::size_t unasked = 1; unasked < kStepsUnasked; ++unasked) step_all();
        } while (step_all());
        for (std::size_t i = 0; i < kWalks; ++i) sums[row + i].add(leaf_at(at[i]));
    }
}

void PackedForest::sum_leaves(std::span<const float> rows, std::span<LeafSums> sums) const {
    const std::size_t features = kinds_.size();
    const std::size_t in_blocks = sums.size() / kWalks * kWalks;
    std::vector<DecisionSlot> slots(std::min(kBlockRows, in_blocks) * slots_);
    for (std::size_t first = 0; first < in_blocks; first += kBlockRows) {
        const auto block = sums.subspan(first, std::min(kBlockRows, in_blocks - first));
        for (std::size_t i = 0; i < block.size(); ++i) {
            block[i] = {};
            prepare(&rows[(first + i) * features], &slots[i * slots_]);
        }
        for (const Tree& tree : trees_) {
            if (has_large_sets_) {
                sum_block<true>(tree, slots, block);
            } else {
                sum_block<false>(tree, slots, block);
            }
        }
    }
    for (std::size_t row = in_blocks; row < sums.size(); ++row) {
        sums[row] = sum_leaves(rows.subspan(row * features, features));
    }
}

}  // namespace flightcast::forest::walk
