// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "forest/forest.h"
#include "train/out_of_bag.h"
#include "train/training_set.h"
#include "train/tree_grower.h"

namespace flightcast::train {

struct ForestOptions {
    std::size_t trees = 100;  // 1 .. limits::kModelTreesMax
    TreeOptions tree = {};
    std::uint64_t seed = 1;
    std::size_t threads = 1;
    std::stop_token stop = {};  // asks to give up
};

struct GrownForest {
    forest::Forest forest;
    std::vector<double>
        gain;             // the share of each feature in the gain of all splits; 0 without splits
    OutOfBag out_of_bag;  // of limits::kOutOfBagRowsMax rows at most, evenly spread
};

// Called after each tree with how many are done, from any of the threads but never by two at once.
using OnTree = std::function<void(std::size_t trees_done)>;

// Grows a random forest. The same set, options and seed give the same forest, whatever the number
// of threads; each of them takes five bytes a row beside the set. Fails with full as soon as the
// forest outgrows forest::kNodesMax, closed when it was asked to give up.
//
// REQUIRES: the set has rows and columns; options within their ranges.
[[nodiscard]] base::Result<GrownForest> grow_forest(
    const TrainingSet& set, const ForestOptions& options, const OnTree& on_tree
);

}  // namespace flightcast::train
