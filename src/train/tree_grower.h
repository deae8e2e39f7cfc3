// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "forest/forest.h"
#include "train/split_finder.h"
#include "train/training_set.h"

namespace flightcast::train {

struct TreeOptions {
    std::size_t depth_max = 20;          // splits on the way to a leaf
    std::uint64_t leaf_rows_min = 100;   // bootstrap rows
    std::size_t features_per_split = 0;  // drawn anew for each node; 0 = root of their number
};

// Grows one tree of a random forest (Breiman, "Random Forests", 2001): from a bootstrap of the
// rows, each node split by the best of a few features drawn for it.
//
// Thread-safety: one thread per object.
class TreeGrower {
  public:
    // REQUIRES: the set has rows and columns. It is borrowed as long as this lives.
    TreeGrower(const TrainingSet& set, const TreeOptions& options);

    // The tree that `seed` gives: a forest of one.
    [[nodiscard]] forest::Forest grow(std::uint64_t seed);

  private:
    // Samples [begin, end) that reach a node.
    struct Task {
        std::uint32_t node = 0;
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t depth = 0;
    };

    void draw_bootstrap(base::Random& random);
    void grow_node(const Task& task, base::Random& random);
    [[nodiscard]] std::optional<Split> draw_split(
        std::span<const Sample> samples, const ClassCounts& total, base::Random& random
    );
    [[nodiscard]] std::size_t partition(const Task& task, const Split& split);
    void make_leaf(std::uint32_t node, const ClassCounts& total);
    void make_split(std::uint32_t node, const Split& split);

    const TrainingSet& set_;
    const TreeOptions options_;
    const std::size_t features_per_split_;
    SplitFinder finder_;
    std::vector<Sample> samples_;
    std::vector<Sample> right_samples_;  // of the node being parted
    std::vector<std::uint16_t> draws_;   // how often the bootstrap drew each row
    std::vector<std::size_t> features_;  // shuffled as they are drawn
    std::vector<Task> tasks_;
    forest::Forest tree_;
};

}  // namespace flightcast::train
