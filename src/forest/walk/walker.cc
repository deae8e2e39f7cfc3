// SPDX-License-Identifier: Apache-2.0
#include "forest/walk/walker.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace flightcast::forest::walk {
namespace {

using Placed = PlacedForest<float, Leaf>;

// Nothing when it is too deep for tables.
std::optional<Placed> place(const Forest& forest, const Schema& schema) {
    const auto look = [&](
                          std::size_t tree, std::uint32_t place, std::uint32_t index, Placed& placed
                      ) -> std::optional<ChildNodes> {
        const Node& node = forest.nodes[index];
        if (node.first_child == 0) {
            placed.leaves.push_back({tree, place, forest.leaves[node.payload]});
            return std::nullopt;
        }
        const Feature& feature = schema.features[node.feature];
        const bool is_numeric = feature.kind == FeatureKind::numeric;
        placed.splits.push_back({
            .tree = tree,
            .place = place,
            .feature = node.feature,
            .threshold = is_numeric ? std::bit_cast<float>(node.payload) : 0,
            .categories = is_numeric ? 0 : feature.categories.size(),
            .goes_right = [&](float value) { return goes_right(forest, node, feature, value); },
        });
        return ChildNodes{node.first_child, node.first_child + 1U};
    };
    return place_trees<float, Leaf>(forest.roots, look);
}

}  // namespace

Walker::Walker(const Forest& forest, const Schema& schema, Instructions instructions)
    : instructions_(instructions), features_(schema.features.size()) {
    const std::optional<Placed> placed = place(forest, schema);
    if (placed) shallow_ = ShallowForest<float, Leaf>::make(*placed);
    if (!shallow_ || !forest.leaf_rows.empty()) packed_.emplace(forest, schema);
}

void Walker::sum_leaves(std::span<const float> rows, std::span<LeafSums> sums) const {
    if (!shallow_) {
        packed_->sum_leaves(rows, sums);
        return;
    }
    const auto add = [](LeafSums& sum, const Leaf& leaf) { sum.add(leaf); };
    shallow_->add_leaves(rows, features_, sums, instructions_, add);
}

ClassShares Walker::score(std::span<const float> row) const {
    if (!shallow_) return packed_->sum_leaves(row).shares();
    LeafSums sum;
    sum_leaves(row, std::span(&sum, 1));
    return sum.shares();
}

Explanation Walker::explain(std::span<const float> row) const {
    FC_CHECK(can_explain());
    return packed_->explain(row);
}

std::vector<ClassShares> Walker::score_rows(std::span<const float> rows) const {
    std::vector<LeafSums> sums(rows.size() / features_);
    sum_leaves(rows, sums);
    std::vector<ClassShares> shares(sums.size());
    std::ranges::transform(sums, shares.begin(), &LeafSums::shares);
    return shares;
}

}  // namespace flightcast::forest::walk
