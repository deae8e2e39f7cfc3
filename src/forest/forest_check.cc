// SPDX-License-Identifier: Apache-2.0
//
// Every node is the root of one tree or the child of one split, and a child lies behind its parent:
// then there is no cycle, and each node is reached exactly once.
#include <bit>
#include <cmath>
#include <string>

#include "forest/forest.h"

namespace flightcast::forest {
namespace {

std::unexpected<base::Error> corrupt(std::size_t node, const char* what) {
    return base::fail(base::Errc::corrupt, "node " + std::to_string(node) + " has " + what);
}

base::Result<void> check_leaf(const Forest& forest, std::size_t index) {
    const Node& node = forest.nodes[index];
    if (node.payload >= forest.leaves.size()) return corrupt(index, "a leaf that is not there");
    if (node.feature != 0 || node.missing_right != 0) return corrupt(index, "stray bits");
    return {};
}

base::Result<void> check_split(const Forest& forest, const Schema& schema, std::size_t index) {
    const Node& node = forest.nodes[index];
    if (node.first_child <= index) return corrupt(index, "a child before itself");
    if (node.first_child + 1U >= forest.nodes.size()) return corrupt(index, "no second child");
    if (node.feature >= schema.features.size()) return corrupt(index, "an unknown feature");
    const Feature& feature = schema.features[node.feature];
    if (feature.kind == FeatureKind::numeric) {
        if (!std::isfinite(std::bit_cast<float>(node.payload)))
            return corrupt(index, "no threshold");
        return {};
    }
    const std::size_t words = set_words(feature.categories.size());
    if (node.payload > forest.sets.size() || forest.sets.size() - node.payload < words) {
        return corrupt(index, "a category set that is not there");
    }
    return {};
}

}  // namespace

base::Result<void> check(const Forest& forest, const Schema& schema) {
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
        const Node& node = forest.nodes[index];
        if (node.first_child == 0) {
            FC_TRY_VOID(check_leaf(forest, index));
            continue;
        }
        FC_TRY_VOID(check_split(forest, schema, index));
        if (!reach(node.first_child) || !reach(node.first_child + 1U)) {
            return corrupt(index, "a child of another node");
        }
    }
    for (const Leaf& leaf : forest.leaves) {
        if (leaf == Leaf{}) return base::fail(base::Errc::corrupt, "a leaf has no share at all");
    }
    if (!forest.leaf_rows.empty() && forest.leaf_rows.size() != forest.leaves.size()) {
        return base::fail(base::Errc::corrupt, "leaves and their rows differ in number");
    }
    for (const std::uint32_t rows : forest.leaf_rows) {
        if (rows == 0) return base::fail(base::Errc::corrupt, "a leaf has no rows");
    }
    return {};
}

}  // namespace flightcast::forest
