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

}  // namespace

bool goes_right(const Forest& forest, const Node& node, const Feature& feature, float value) {
    if (std::isnan(value)) return node.missing_right != 0;
    if (feature.kind == FeatureKind::numeric) return value > std::bit_cast<float>(node.payload);
    const auto category = static_cast<std::uint32_t>(value);
    return ((forest.sets[node.payload + category / 32] >> (category % 32)) & 1U) != 0;
}

ClassShares score_plainly(const Forest& forest, const Schema& schema, std::span<const float> row) {
    LeafSum sum{};
    for (const std::uint32_t root : forest.roots) {
        std::uint32_t index = root;
        while (forest.nodes[index].first_child != 0) {
            const Node& node = forest.nodes[index];
            const bool right =
                goes_right(forest, node, schema.features[node.feature], row[node.feature]);
            index = node.first_child + (right ? 1 : 0);
        }
        add(sum, forest.leaves[forest.nodes[index].payload]);
    }
    return to_shares(sum);
}

}  // namespace flightcast::forest
