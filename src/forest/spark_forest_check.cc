// SPDX-License-Identifier: Apache-2.0
//
// As with our own forests, every node is the root of one tree or the child of one split, and a
// child lies behind its parent: then there is no cycle, and each node is reached exactly once.
#include <bit>
#include <cmath>
#include <string>

#include "forest/spark_forest.h"

namespace flightcast::forest {
namespace {

std::unexpected<base::Error> corrupt(std::size_t node, const char* what) {
    return base::fail(base::Errc::corrupt, "node " + std::to_string(node) + " has " + what);
}

base::Result<void> check_leaf(const SparkForest& forest, std::size_t index) {
    const SparkNode& node = forest.nodes[index];
    if (node.payload >= forest.leaves.size()) return corrupt(index, "a leaf that is not there");
    const SparkNode plain{.payload = node.payload};
    if (node != plain) return corrupt(index, "stray values");
    return {};
}

base::Result<void> check_set(const SparkForest& forest, std::size_t index) {
    const SparkNode& node = forest.nodes[index];
    const std::size_t words = set_words(node.categories);
    if (node.payload > forest.sets.size() || forest.sets.size() - node.payload < words) {
        return corrupt(index, "a category set that is not there");
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < words; ++i) count += std::popcount(forest.sets[node.payload + i]);
    const std::uint32_t last = forest.sets[node.payload + words - 1];
    if (node.categories % 32 != 0 && (last >> (node.categories % 32)) != 0) {
        return corrupt(index, "a category beyond its last");
    }
    if (node.others_left != (others_go_left(count, node.categories) ? 1U : 0U)) {
        return corrupt(index, "the wrong side for unknown categories");
    }
    return {};
}

base::Result<void> check_split(const SparkForest& forest, const Schema& schema, std::size_t index) {
    const SparkNode& node = forest.nodes[index];
    if (node.left <= index || node.right <= index) return corrupt(index, "a child before itself");
    if (node.left >= forest.nodes.size() || node.right >= forest.nodes.size()) {
        return corrupt(index, "a child that is not there");
    }
    if (node.feature >= schema.features.size()) return corrupt(index, "an unknown feature");
    if (node.categories != 0) return check_set(forest, index);
    if (std::isnan(node.threshold)) return corrupt(index, "no threshold");
    if (node.payload != 0 || node.others_left != 0) return corrupt(index, "stray values");
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
    if (forest.roots.empty()) return base::fail(base::Errc::corrupt, "there is no tree");
    std::vector<bool> reached(forest.nodes.size());
    const auto reach = [&reached](std::size_t index) {
        const bool first_time = !reached[index];
        reached[index] = true;
        return first_time;
    };
    for (const std::uint32_t root : forest.roots) {
        if (root >= forest.nodes.size() || !reach(root)) {
            return base::fail(base::Errc::corrupt, "a tree has a wrong root");
        }
    }
    for (std::size_t index = 0; index < forest.nodes.size(); ++index) {
        const SparkNode& node = forest.nodes[index];
        if (node.left == 0) {
            FC_TRY_VOID(check_leaf(forest, index));
            continue;
        }
        FC_TRY_VOID(check_split(forest, schema, index));
        if (!reach(node.left) || !reach(node.right)) {
            return corrupt(index, "a child of another node");
        }
    }
    return check_leaves(forest);
}

}  // namespace flightcast::forest
