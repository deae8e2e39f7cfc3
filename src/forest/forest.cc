// SPDX-License-Identifier: Apache-2.0
#include "forest/forest.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"

namespace flightcast::forest {
namespace {

using LeafSum = std::array<std::uint64_t, kClassCount>;

void add(LeafSum& sum, const Leaf& leaf) {
    for (std::size_t c = 0; c < kClassCount; ++c) sum[c] += leaf[c];
}

ClassShares to_shares(const LeafSum& sum) {
    std::uint64_t total = 0;
    for (const std::uint64_t part : sum) total += part;
    ClassShares shares{};
    for (std::size_t c = 0; c < kClassCount; ++c) {
        shares[c] = static_cast<double>(sum[c]) / static_cast<double>(total);
    }
    return shares;
}

bool goes_right(const Node& node, const Forest& forest, const Feature& feature, float value) {
    if (std::isnan(value)) return node.missing_right != 0;
    if (feature.kind == FeatureKind::numeric) return value > std::bit_cast<float>(node.payload);
    const auto category = static_cast<std::uint32_t>(value);
    return ((forest.sets[node.payload + category / 32] >> (category % 32)) & 1U) != 0;
}

}  // namespace

ClassShares score_plainly(const Forest& forest, const Schema& schema, std::span<const float> row) {
    LeafSum sum{};
    for (const std::uint32_t root : forest.roots) {
        std::uint32_t index = root;
        while (forest.nodes[index].first_child != 0) {
            const Node& node = forest.nodes[index];
            const bool right =
                goes_right(node, forest, schema.features[node.feature], row[node.feature]);
            index = node.first_child + (right ? 1 : 0);
        }
        add(sum, forest.leaves[forest.nodes[index].payload]);
    }
    return to_shares(sum);
}

Scorer::Scorer(Forest forest, const Schema& schema) : forest_(std::move(forest)) {
    FC_CHECK(schema.features.size() <= categorical_.size());
    for (std::size_t feature = 0; feature < schema.features.size(); ++feature) {
        categorical_[feature] = schema.features[feature].kind == FeatureKind::categorical;
    }
}

// One step down; a leaf stays where it is.
const Node* Scorer::step(const Node* node, std::span<const float> row) const {
    const std::uint32_t child = node->first_child;
    if (child == 0) return node;
    const float value = row[node->feature];
    std::uint32_t right = 0;
    if (value != value) {
        right = node->missing_right;
    } else if (categorical_[node->feature]) {
        const auto category = static_cast<std::uint32_t>(value);
        right = (forest_.sets[node->payload + category / 32] >> (category % 32)) & 1U;
    } else {
        right = value > std::bit_cast<float>(node->payload) ? 1 : 0;
    }
    return &forest_.nodes[child + right];
}

ClassShares Scorer::score(std::span<const float> row) const {
    constexpr std::size_t kTreesAtOnce = 8;
    LeafSum sum{};
    for (std::size_t first = 0; first < forest_.roots.size(); first += kTreesAtOnce) {
        std::array<const Node*, kTreesAtOnce> at{};
        const std::size_t count = std::min(kTreesAtOnce, forest_.roots.size() - first);
        for (std::size_t i = 0; i < count; ++i) at[i] = &forest_.nodes[forest_.roots[first + i]];
        bool moving = true;
        while (moving) {
            moving = false;
            for (std::size_t i = 0; i < count; ++i) {
                const Node* const next = step(at[i], row);
                moving |= next != at[i];
                at[i] = next;
            }
        }
        for (std::size_t i = 0; i < count; ++i) add(sum, forest_.leaves[at[i]->payload]);
    }
    return to_shares(sum);
}

}  // namespace flightcast::forest
