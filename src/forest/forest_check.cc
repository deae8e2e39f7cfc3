// SPDX-License-Identifier: Apache-2.0
//
// Each node by itself; tree_shape.h looks at how they hang together.
#include <bit>
#include <cmath>
#include <string>

#include "forest/forest.h"
#include "forest/tree_shape.h"

namespace flightcast::forest {
namespace {

base::Result<void> check_leaf(const Forest& forest, std::size_t index) {
    const Node& node = forest.nodes[index];
    if (node.payload >= forest.leaves.size())
        return corrupt_node(index, "a leaf that is not there");
    if (node.feature != 0 || node.missing_right != 0) return corrupt_node(index, "stray bits");
    return {};
}

base::Result<void> check_split(const Forest& forest, const Schema& schema, std::size_t index) {
    const Node& node = forest.nodes[index];
    if (node.first_child <= index) return corrupt_node(index, "a child before itself");
    if (node.first_child + 1U >= forest.nodes.size()) return corrupt_node(index, "no second child");
    if (node.feature >= schema.features.size()) return corrupt_node(index, "an unknown feature");
    const Feature& feature = schema.features[node.feature];
    if (feature.kind == FeatureKind::numeric) {
        if (!std::isfinite(std::bit_cast<float>(node.payload)))
            return corrupt_node(index, "no threshold");
        return {};
    }
    const std::size_t words = set_words(feature.categories.size());
    if (node.payload > forest.sets.size() || forest.sets.size() - node.payload < words) {
        return corrupt_node(index, "a category set that is not there");
    }
    return {};
}

}  // namespace

base::Result<void> check(const Forest& forest, const Schema& schema) {
    const auto check_node = [&](std::size_t index) -> base::Result<Children> {
        const Node& node = forest.nodes[index];
        if (node.first_child == 0) {
            FC_TRY_VOID(check_leaf(forest, index));
            return std::nullopt;
        }
        FC_TRY_VOID(check_split(forest, schema, index));
        return Children{{node.first_child, node.first_child + 1U}};
    };
    FC_TRY_VOID(check_tree_shape(forest.roots, forest.nodes.size(), check_node));
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
