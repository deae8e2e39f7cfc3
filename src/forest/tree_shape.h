// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace flightcast::forest {

// The error of one node of a forest.
[[nodiscard]] inline std::unexpected<base::Error> corrupt_node(std::size_t node, const char* what) {
    return base::fail(base::Errc::corrupt, "node " + std::to_string(node) + " has " + what);
}

using Children = std::optional<std::array<std::size_t, 2>>;  // nothing: a leaf

// Checks that every node is the root of one tree or the child of one split. Where a child also lies
// behind its parent, there is no cycle then, and each node is reached exactly once.
//
// `check_node(index)` is called for each node in order and gives its children, which must be among
// the nodes and behind it, or the node's error.
template <typename CheckNode>
[[nodiscard]] base::Result<void> check_tree_shape(
    std::span<const std::uint32_t> roots, std::size_t nodes, const CheckNode& check_node
) {
    if (roots.empty()) return base::fail(base::Errc::corrupt, "there is no tree");
    std::vector<bool> reached(nodes);
    const auto reach = [&reached](std::size_t index) {
        const bool first_time = !reached[index];
        reached[index] = true;
        return first_time;
    };
    for (const std::uint32_t root : roots) {
        if (root >= nodes || !reach(root)) {
            return base::fail(base::Errc::corrupt, "a tree has a wrong root");
        }
    }
    for (std::size_t index = 0; index < nodes; ++index) {
        FC_TRY(const Children children, check_node(index));
        if (children && (!reach((*children)[0]) || !reach((*children)[1]))) {
            return corrupt_node(index, "a child of another node");
        }
    }
    return {};
}

}  // namespace flightcast::forest
