// SPDX-License-Identifier: Apache-2.0
#include "forest/walk/spark_walker.h"

#include <algorithm>
#include <utility>

namespace flightcast::forest::walk {
namespace {

using PlacedSpark = PlacedForest<double, ClassShares>;

// Nothing when it is too deep for tables.
std::optional<PlacedSpark> place(const SparkForest& forest) {
    const auto look = [&](std::size_t tree,
                          std::uint32_t place,
                          std::uint32_t index,
                          PlacedSpark& placed) -> std::optional<ChildNodes> {
        const SparkNode& node = forest.nodes[index];
        if (node.left == 0) {
            placed.leaves.push_back({tree, place, spark_leaf_shares(forest.leaves[node.payload])});
            return std::nullopt;
        }
        placed.splits.push_back({
            .tree = tree,
            .place = place,
            .feature = node.feature,
            .threshold = node.threshold,
            .categories = node.categories,
            .goes_right = [&](double value) { return !spark_goes_left(forest, node, value); },
        });
        return ChildNodes{node.left, node.right};
    };
    return place_trees<double, ClassShares>(forest.roots, look);
}

}  // namespace

SparkWalker::SparkWalker(SparkForest forest, std::size_t features, Instructions instructions)
    : instructions_(instructions), features_(features) {
    if (const std::optional<PlacedSpark> placed = place(forest)) {
        shallow_ = ShallowForest<double, ClassShares>::make(*placed);
    }
    if (!shallow_) forest_ = std::move(forest);
}

ClassShares SparkWalker::score(std::span<const double> row) const {
    if (!shallow_) return spark_walk(forest_, row);
    ClassShares votes{};
    shallow_->add_leaves(row, features_, std::span(&votes, 1), instructions_, add_spark_votes);
    return spark_probabilities(votes);
}

std::vector<ClassShares> SparkWalker::score_rows(std::span<const double> rows) const {
    std::vector<ClassShares> shares(rows.size() / features_);
    if (shallow_) {
        shallow_->add_leaves(rows, features_, std::span(shares), instructions_, add_spark_votes);
        std::ranges::transform(shares, shares.begin(), spark_probabilities);
    } else {
        for (std::size_t i = 0; i < shares.size(); ++i) {
            shares[i] = spark_walk(forest_, rows.subspan(i * features_, features_));
        }
    }
    return shares;
}

}  // namespace flightcast::forest::walk
