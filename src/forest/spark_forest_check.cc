// SPDX-License-Identifier: Apache-2.0
//
// Each node by itself; tree_shape.h looks at how they hang together.
#include <bit>
#include <cmath>
#include <string>

#include "forest/spark_forest.h"
#include "forest/tree_shape.h"

namespace flightcast::forest {
namespace {

base::Result<void> check_leaf(const SparkForest& forest, std::size_t index) {
    const SparkNode& node = forest.nodes[index];
    if (node.payload >= forest.leaves.size())
        return corrupt_node(index, "a leaf that is not there");
    const SparkNode plain{.payload = node.payload};
    if (node != plain) return corrupt_node(index, "stray values");
    return {};
}

base::Result<void> check_set(const SparkForest& forest, std::size_t index) {
    const SparkNode& node = forest.nodes[index];
    const std::size_t words = set_words(node.categories);
    if (node.payload > forest.sets.size() || forest.sets.size() - node.payload < words) {
        return corrupt_node(index, "a category set that is not there");
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < words; ++i) count += std::popcount(forest.sets[node.payload + i]);
    const std::uint32_t last = forest.sets[node.payload + words - 1];
    if (node.categories % 32 != 0 && (last >> (node.categories % 32)) != 0) {
        return corrupt_node(index, "a category beyond its last");
    }
    if (node.others_left != (others_go_left(count, node.categories) ? 1U : 0U)) {
        return corrupt_node(index, "the wrong side for unknown categories");
    }
    return {};
}

base::Result<void> check_split(const SparkForest& forest, const Schema& schema, std::size_t index) {
    const SparkNode& node = forest.nodes[index];
    if (node.left <= index || node.right <= index)
        return corrupt_node(index, "a child before itself");
    if (node.left >= forest.nodes.size() || node.right >= forest.nodes.size()) {
        return corrupt_node(index, "a child that is not there");
    }
    if (node.feature >= schema.features.size()) return corrupt_node(index, "an unknown feature");
    if (node.categories != 0) return check_set(forest, index);
    if (std::isnan(node.threshold)) return corrupt_node(index, "no threshold");
    if (node.payload != 0 || node.others_left != 0) return corrupt_node(index, "stray values");
    return {};
}

base::Result<void> check_leaves(const SparkForest& forest) {
    for (const SparkLeaf& leaf : forest.leaves) {
        double total = 0;
        for (const double rows : leaf) {
            if (!(rows >= 0)) return base::fail(base::Errc::corrupt, "a leaf has a negative count");
            total += rows;
        }
        if (!std::isfinite(total) || total <= 0) {
            return base::fail(base::Errc::corrupt, "a leaf has no share at all");
        }
    }
    return {};
}

}  // namespace

base::Result<void> check(const SparkForest& forest, const Schema& schema) {
    const auto check_node = [&](std::size_t index) -> base::Result<Children> {
        const SparkNode& node = forest.nodes[index];
        if (node.left == 0) {
            FC_TRY_VOID(check_leaf(forest, index));
            return std::nullopt;
        }
        FC_TRY_VOID(check_split(forest, schema, index));
        return Children{{node.left, node.right}};
    };
    FC_TRY_VOID(check_tree_shape(forest.roots, forest.nodes.size(), check_node));
    return check_leaves(forest);
}

}  // namespace flightcast::forest
