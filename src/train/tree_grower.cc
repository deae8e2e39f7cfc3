// SPDX-License-Identifier: Apache-2.0
//
// The samples of a node are a range of one array; a split parts the range in two and keeps the
// order of rows in each, so that columns are read front to back.
#include "train/tree_grower.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace flightcast::train {
namespace {

std::size_t features_to_draw(const TreeOptions& options, std::size_t features) {
    if (options.features_per_split > 0) return std::min(options.features_per_split, features);
    return static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(features))));
}

bool goes_right(const BinnedColumn& column, const Split& split, std::uint32_t row) {
    const std::uint16_t bin = column.bins[row];
    if (bin == column.missing_bin()) return split.missing_right;
    if (column.kind == forest::FeatureKind::numeric) return bin > split.last_left_bin;
    return split.right_categories[bin];
}

}  // namespace

TreeGrower::TreeGrower(const TrainingSet& set, const TreeOptions& options)
    : set_(set),
      options_(options),
      features_per_split_(features_to_draw(options, set.columns.size())),
      finder_(set, options.leaf_rows_min),
      features_(set.columns.size()) {
    FC_CHECK(set.rows() > 0 && !set.columns.empty());
}

forest::Forest TreeGrower::grow(std::uint64_t seed) {
    base::SeededRandom random(seed);
    draw_bootstrap(random);
    std::iota(features_.begin(), features_.end(), std::size_t{0});
    tree_ = {};
    tree_.roots = {0};
    tree_.nodes.resize(1);
    tasks_.push_back({.node = 0, .begin = 0, .end = samples_.size(), .depth = 0});
    while (!tasks_.empty()) {
        const Task task = tasks_.back();
        tasks_.pop_back();
        grow_node(task, random);
    }
    return std::move(tree_);
}

void TreeGrower::draw_bootstrap(base::Random& random) {
    draws_.assign(set_.rows(), 0);
    for (std::size_t draw = 0; draw < set_.rows(); ++draw) ++draws_[random.below(set_.rows())];
    samples_.clear();
    for (std::uint32_t row = 0; row < set_.rows(); ++row) {
        if (draws_[row] > 0) samples_.push_back({row, draws_[row], set_.classes[row]});
    }
}

void TreeGrower::grow_node(const Task& task, base::Random& random) {
    const std::span<const Sample> samples(samples_.data() + task.begin, task.end - task.begin);
    const ClassCounts total = count_classes(samples);
    std::optional<Split> split;
    if (task.depth < options_.depth_max) split = draw_split(samples, total, random);
    if (!split) {
        make_leaf(task.node, total);
        return;
    }
    const std::size_t middle = partition(task, *split);
    make_split(task.node, *split);
    const std::uint32_t left = tree_.nodes[task.node].first_child;
    tasks_.push_back({left + 1, middle, task.end, task.depth + 1});
    tasks_.push_back({left, task.begin, middle, task.depth + 1});
}

// The best split of a few random features; further ones are drawn until one can split at all.
std::optional<Split> TreeGrower::draw_split(
    std::span<const Sample> samples, const ClassCounts& total, base::Random& random
) {
    std::optional<Split> best;
    for (std::size_t drawn = 0; drawn < features_.size(); ++drawn) {
        if (drawn >= features_per_split_ && best) break;
        std::swap(features_[drawn], features_[drawn + random.below(features_.size() - drawn)]);
        std::optional<Split> split = finder_.find(samples, total, features_[drawn]);
        if (split && (!best || split->purity > best->purity)) best = std::move(split);
    }
    return best;
}

std::size_t TreeGrower::partition(const Task& task, const Split& split) {
    const BinnedColumn& column = set_.columns[split.feature];
    right_samples_.clear();
    std::size_t left_end = task.begin;
    for (std::size_t i = task.begin; i < task.end; ++i) {
        if (goes_right(column, split, samples_[i].row)) {
            right_samples_.push_back(samples_[i]);
        } else {
            samples_[left_end++] = samples_[i];
        }
    }
    std::ranges::copy(right_samples_, samples_.begin() + static_cast<std::ptrdiff_t>(left_end));
    return left_end;
}

void TreeGrower::make_leaf(std::uint32_t node, const ClassCounts& total) {
    const std::uint64_t rows = std::accumulate(total.begin(), total.end(), std::uint64_t{0});
    forest::Leaf leaf{};
    for (std::size_t c = 0; c < leaf.size(); ++c) {
        leaf[c] = static_cast<std::uint16_t>((total[c] * forest::kLeafUnit + rows / 2) / rows);
    }
    tree_.nodes[node] = {};
    tree_.nodes[node].payload = static_cast<std::uint32_t>(tree_.leaves.size());
    tree_.leaves.push_back(leaf);
}

void TreeGrower::make_split(std::uint32_t node_index, const Split& split) {
    const BinnedColumn& column = set_.columns[split.feature];
    forest::Node node{};
    node.feature = static_cast<std::uint32_t>(split.feature) & 0x7FU;
    node.missing_right = split.missing_right ? 1 : 0;
    FC_CHECK(tree_.nodes.size() + 2 <= forest::kNodesMax);
    node.first_child = static_cast<std::uint32_t>(tree_.nodes.size()) & 0xFF'FFFFU;
    if (column.kind == forest::FeatureKind::numeric) {
        node.payload = std::bit_cast<std::uint32_t>(column.thresholds[split.last_left_bin]);
    } else {
        node.payload = static_cast<std::uint32_t>(tree_.sets.size());
        tree_.sets.resize(tree_.sets.size() + forest::set_words(column.value_bins));
        for (std::size_t category = 0; category < column.value_bins; ++category) {
            if (!split.right_categories[category]) continue;
            tree_.sets[node.payload + category / 32] |= std::uint32_t{1} << (category % 32);
        }
    }
    tree_.nodes[node_index] = node;
    tree_.nodes.resize(tree_.nodes.size() + 2);
}

}  // namespace flightcast::train
