// SPDX-License-Identifier: Apache-2.0
//
// Threads take the next tree that nobody has; each tree has a seed of its own and a place of its
// own, and the trees are joined in order at the end: so the threads cannot be seen in the result.
#include "train/random_forest.h"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/limits.h"

namespace flightcast::train {
namespace {

// Spreads the seeds of neighbouring trees and forests; the generator mixes them further.
std::uint64_t tree_seed(std::uint64_t forest_seed, std::size_t tree) {
    return forest_seed * 0xd1342543de82ef95U + (tree + 1) * 0x9e3779b97f4a7c15U;
}

// Appends `tree`, its indices moved behind what is there. Its first node is its root.
void append_tree(forest::Forest& forest, const forest::Forest& tree, const TrainingSet& set) {
    const auto nodes = static_cast<std::uint32_t>(forest.nodes.size());
    const auto leaves = static_cast<std::uint32_t>(forest.leaves.size());
    const auto sets = static_cast<std::uint32_t>(forest.sets.size());
    forest.roots.push_back(nodes);
    for (forest::Node node : tree.nodes) {
        if (node.first_child == 0) {
            node.payload += leaves;
        } else {
            node.first_child = (node.first_child + nodes) & 0xFF'FFFFU;
            const bool numeric = set.columns[node.feature].kind == forest::FeatureKind::numeric;
            if (!numeric) node.payload += sets;
        }
        forest.nodes.push_back(node);
    }
    forest.leaves.insert(forest.leaves.end(), tree.leaves.begin(), tree.leaves.end());
    forest.sets.insert(forest.sets.end(), tree.sets.begin(), tree.sets.end());
}

}  // namespace

base::Result<forest::Forest> grow_forest(
    const TrainingSet& set, const ForestOptions& options, const OnTree& on_tree
) {
    FC_CHECK(options.trees >= 1 && options.trees <= base::limits::kModelTreesMax);
    std::vector<forest::Forest> trees(options.trees);
    std::atomic<std::size_t> next_tree = 0;
    std::mutex progress_mutex;
    std::size_t trees_done = 0;  // guarded by progress_mutex
    const auto work = [&] {
        TreeGrower grower(set, options.tree);
        while (true) {
            const std::size_t tree = next_tree.fetch_add(1);
            if (tree >= trees.size()) return;
            trees[tree] = grower.grow(tree_seed(options.seed, tree));
            const std::lock_guard lock(progress_mutex);
            on_tree(++trees_done);
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < options.threads; ++i) helpers.emplace_back(work);
        work();
    }
    std::size_t nodes = 0;
    for (const forest::Forest& tree : trees) nodes += tree.nodes.size();
    if (nodes > forest::kNodesMax) {
        return base::fail(
            base::Errc::full,
            "the forest has " + std::to_string(nodes) + " nodes, more than " +
                std::to_string(forest::kNodesMax) + "; take fewer trees or larger leaves"
        );
    }
    forest::Forest joined;
    for (const forest::Forest& tree : trees) append_tree(joined, tree, set);
    return joined;
}

}  // namespace flightcast::train
