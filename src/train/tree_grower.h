// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "base/limits.h"
#include "base/random.h"
#include "forest/forest.h"
#include "train/bootstrap.h"
#include "train/node_counts.h"
#include "train/split_finder.h"
#include "train/training_set.h"

namespace flightcast::train {

struct TreeOptions {
    std::size_t depth_max = 20;          // splits on the way to a leaf
    std::uint64_t leaf_rows_min = 100;   // bootstrap rows
    std::size_t features_per_split = 0;  // drawn anew for each node; 0 = root of their number
    // Histograms of the larger child as the difference of those of parent and smaller child. The
    // tree is the same without, only later.
    bool subtract = true;
};

// Grows one tree of a random forest (Breiman, "Random Forests", 2001): from a bootstrap of the
// rows, each node split by the best of a few features drawn for it.
//
// Thread-safety: one thread per object.
class TreeGrower {
  public:
    // Of every `judge_every`-th row the tree remembers whether it took part. REQUIRES: the set has
    // rows and columns, `judge_every` is not 0. The set is borrowed as long as this lives.
    TreeGrower(const TrainingSet& set, const TreeOptions& options, std::size_t judge_every);

    // The tree that `seed` gives: a forest of one. An unfinished one when `stop` is requested.
    [[nodiscard]] forest::Forest grow(std::uint64_t seed, const std::stop_token& stop);

    // The rows that the last tree did not learn from, of those that are looked at.
    [[nodiscard]] std::span<const std::uint32_t> out_of_bag() const {
        return bootstrap_.out_of_bag();
    }

    // By how much the splits of the last tree made its nodes purer, of each feature.
    [[nodiscard]] std::span<const double> gain() const { return gain_; }

    // The leaf of `tree`, the last that was grown, for `row` of the set.
    [[nodiscard]] const forest::Leaf& leaf_of(const forest::Forest& tree, std::uint32_t row) const;

  private:
    struct FeatureHistogram {
        std::size_t feature = 0;
        NodeCounts histogram;
    };
    using FeatureOrder = std::array<std::uint8_t, base::limits::kModelFeaturesMax>;

    // Samples [begin, end) that reach a node.
    struct Task {
        std::uint32_t node = 0;
        std::size_t begin = 0;
        std::size_t end = 0;
        std::size_t depth = 0;
        ClassCounts total{};
        FeatureOrder features{};                   // in the order in which they are tried
        std::vector<FeatureHistogram> histograms;  // that are known already

        [[nodiscard]] std::size_t size() const { return end - begin; }
        [[nodiscard]] FeatureHistogram* find(std::size_t feature);
    };

    [[nodiscard]] std::span<const Sample> samples_of(const Task& task);
    void draw_features(Task& task, base::SeededRandom& random);
    void grow_node(Task task, base::SeededRandom& random);
    [[nodiscard]] std::optional<Split> find_split(Task& task);
    [[nodiscard]] bool is_leaf(const ClassCounts& total, std::size_t depth) const;
    [[nodiscard]] bool draws(const Task& task, std::size_t feature) const;
    void grow_children(Task& parent, const Split& split, base::SeededRandom& random);
    void share_histograms(Task& parent, Task& left, Task& right);
    [[nodiscard]] std::size_t partition(const Task& task, const Split& split);
    void make_leaf(std::uint32_t node, const ClassCounts& total);
    void make_split(std::uint32_t node, const Split& split);

    const TrainingSet& set_;
    const TreeOptions options_;
    const std::size_t features_per_split_;
    SplitFinder finder_;
    Bootstrap bootstrap_;
    std::vector<Sample> right_samples_;     // of the node being parted
    std::vector<std::uint8_t> right_bins_;  // of the split being made: 1 when a bin goes right
    std::vector<double> gain_;
    std::vector<std::uint16_t> last_left_;  // of each node of the tree
    std::vector<Task> tasks_;
    forest::Forest tree_;
};

}  // namespace flightcast::train
