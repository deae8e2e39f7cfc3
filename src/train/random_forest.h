// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/result.h"
#include "forest/forest.h"
#include "train/training_set.h"
#include "train/tree_grower.h"

namespace flightcast::train {

struct ForestOptions {
    std::size_t trees = 100;  // 1 .. limits::kModelTreesMax
    TreeOptions tree = {};
    std::uint64_t seed = 1;
    std::size_t threads = 1;
};

// Called after each tree with how many are done, from any of the threads but never by two at once.
using OnTree = std::function<void(std::size_t trees_done)>;

// Grows a random forest. The same set, options and seed give the same forest, whatever the number
// of threads. Fails with full when the forest outgrows forest::kNodesMax.
//
// REQUIRES: the set has rows and columns; options within their ranges.
[[nodiscard]] base::Result<forest::Forest> grow_forest(
    const TrainingSet& set, const ForestOptions& options, const OnTree& on_tree
);

}  // namespace flightcast::train
