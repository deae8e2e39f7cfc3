// SPDX-License-Identifier: Apache-2.0
//
// The samples of a node are a range of one array; a split parts the range in two and keeps the
// order of rows in each, so that columns are read front to back. The left child is grown before the
// right one, so at most one node of each level waits with its histograms.
#include "train/tree_grower.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>
#include <variant>

#include "base/check.h"

namespace flightcast::train {
namespace {

std::size_t features_to_draw(const TreeOptions& options, std::size_t features) {
    if (options.features_per_split > 0) return std::min(options.features_per_split, features);
    return static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(features))));
}

bool goes_right(const BinnedColumn& column, const Split& split, std::size_t bin) {
    if (bin == column.missing_bin()) return split.missing_right;
    if (column.kind == forest::FeatureKind::numeric) return bin > split.last_left_bin;
    return split.right_categories[bin];
}

// Moves those of `samples` whose bin goes left to their front, the others to the front of `right`,
// and gives the number of the former. Both keep their order. No branch: it would be a coin toss.
template <typename Bin>
std::size_t part(
    std::span<Sample> samples,
    std::span<Sample> right,
    const std::vector<Bin>& bins,
    const std::vector<std::uint8_t>& right_bins
) {
    std::size_t lefts = 0;
    std::size_t rights = 0;
    for (const Sample sample : samples) {
        const std::size_t goes_right = right_bins[bins[sample.row]];
        samples[lefts] = sample;
        right[rights] = sample;
        rights += goes_right;
        lefts += 1 - goes_right;
    }
    return lefts;
}

}  // namespace

TreeGrower::FeatureHistogram* TreeGrower::Task::find(std::size_t feature) {
    const auto found = std::ranges::find(histograms, feature, &FeatureHistogram::feature);
    return found == histograms.end() ? nullptr : &*found;
}

TreeGrower::TreeGrower(const TrainingSet& set, const TreeOptions& options, std::size_t judge_every)
    : set_(set),
      options_(options),
      features_per_split_(features_to_draw(options, set.columns.size())),
      finder_(options.leaf_rows_min),
      bootstrap_(judge_every) {
    FC_CHECK(set.rows() > 0 && set.rows() <= base::limits::kTrainingRowsMax);
    FC_CHECK(!set.columns.empty() && set.columns.size() <= base::limits::kModelFeaturesMax);
}

forest::Forest TreeGrower::grow(std::uint64_t seed, const std::stop_token& stop) {
    base::SeededRandom random(seed);
    bootstrap_.draw(set_, random);
    const std::size_t size = bootstrap_.samples().size();
    right_samples_.resize(size);
    tree_ = {};
    tree_.roots = {0};
    tree_.nodes.resize(1);
    last_left_.assign(1, 0);
    gain_.assign(set_.columns.size(), 0);
    Task root{.end = size};
    root.total = count_classes(samples_of(root));
    draw_features(root, random);
    tasks_.clear();
    tasks_.push_back(std::move(root));
    while (!tasks_.empty() && !stop.stop_requested()) {
        Task task = std::move(tasks_.back());
        tasks_.pop_back();
        grow_node(std::move(task), random);
    }
    return std::move(tree_);
}

std::span<const Sample> TreeGrower::samples_of(const Task& task) {
    return std::span(bootstrap_.samples()).subspan(task.begin, task.size());
}

void TreeGrower::draw_features(Task& task, base::SeededRandom& random) {
    const std::size_t count = set_.columns.size();
    const auto order = std::span(task.features).first(count);
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    for (std::size_t drawn = 0; drawn < count; ++drawn) {
        std::swap(order[drawn], order[drawn + random.below(count - drawn)]);
    }
}

bool TreeGrower::draws(const Task& task, std::size_t feature) const {
    const auto drawn = std::span(task.features).first(features_per_split_);
    return std::ranges::find(drawn, feature) != drawn.end();
}

bool TreeGrower::is_leaf(const ClassCounts& total, std::size_t depth) const {
    const std::uint64_t rows = rows_of(total);
    const bool pure = std::ranges::find(total, rows) != total.end();
    const std::uint64_t rows_min = std::max<std::uint64_t>(options_.leaf_rows_min, 1);
    return depth >= options_.depth_max || pure || rows / 2 < rows_min;
}

void TreeGrower::grow_node(Task task, base::SeededRandom& random) {
    std::optional<Split> split;
    const bool fits = tree_.nodes.size() + 2 <= forest::kNodesMax;
    if (fits && !is_leaf(task.total, task.depth)) split = find_split(task);
    if (!split) {
        make_leaf(task.node, task.total);
        return;
    }
    make_split(task.node, *split);
    gain_[split->feature] += split->purity - purity_of(task.total);
    grow_children(task, *split, random);
}

// The best split of a few random features. One that cannot split the node at all does not count:
// else features that say nothing (all airports rare) would take the place of those that do.
std::optional<Split> TreeGrower::find_split(Task& task) {
    std::optional<Split> best;
    std::size_t able = 0;
    for (std::size_t drawn = 0; drawn < set_.columns.size() && able < features_per_split_;
         ++drawn) {
        const std::size_t feature = task.features[drawn];
        const BinnedColumn& column = set_.columns[feature];
        FeatureHistogram* known = task.find(feature);
        if (known == nullptr) {
            task.histograms.push_back({feature, NodeCounts(column, samples_of(task))});
            known = &task.histograms.back();
        }
        std::optional<Split> split = finder_.find(column, known->histogram, task.total);
        if (!split) continue;
        ++able;
        if (best && split->purity <= best->purity) continue;
        split->feature = feature;
        best = std::move(split);
    }
    return best;
}

void TreeGrower::grow_children(Task& parent, const Split& split, base::SeededRandom& random) {
    Task left{.node = tree_.nodes[parent.node].first_child, .depth = parent.depth + 1};
    Task right{.node = left.node + 1, .depth = parent.depth + 1};
    left.total = split.left;
    right.total = minus(parent.total, split.left);
    const bool left_ends = is_leaf(left.total, left.depth);
    const bool right_ends = is_leaf(right.total, right.depth);
    if (left_ends) make_leaf(left.node, left.total);
    if (right_ends) make_leaf(right.node, right.total);
    if (left_ends && right_ends) return;
    const std::size_t middle = partition(parent, split);
    left.begin = parent.begin;
    left.end = right.begin = middle;
    right.end = parent.end;
    draw_features(left, random);
    draw_features(right, random);
    if (options_.subtract && !left_ends && !right_ends) share_histograms(parent, left, right);
    if (!right_ends) tasks_.push_back(std::move(right));
    if (!left_ends) tasks_.push_back(std::move(left));
}

// Gives the larger child the histograms that it will need and that are cheaper to get from its
// parent's and its sibling's.
void TreeGrower::share_histograms(Task& parent, Task& left, Task& right) {
    const bool left_is_larger = left.size() > right.size();
    Task& larger = left_is_larger ? left : right;
    Task& smaller = left_is_larger ? right : left;
    for (FeatureHistogram& whole : parent.histograms) {
        if (!draws(larger, whole.feature)) continue;
        const bool both = draws(smaller, whole.feature);
        const std::size_t bins = whole.histogram.bins().size();
        if (!both && smaller.size() + bins >= larger.size()) continue;
        NodeCounts part(set_.columns[whole.feature], samples_of(smaller));
        whole.histogram.subtract(part);
        if (both) smaller.histograms.push_back({whole.feature, std::move(part)});
        larger.histograms.push_back(std::move(whole));
    }
}

std::size_t TreeGrower::partition(const Task& task, const Split& split) {
    const BinnedColumn& column = set_.columns[split.feature];
    right_bins_.resize(column.value_bins + 1);
    for (std::size_t bin = 0; bin < right_bins_.size(); ++bin) {
        right_bins_[bin] = goes_right(column, split, bin) ? 1 : 0;
    }
    const auto samples = std::span(bootstrap_.samples()).subspan(task.begin, task.size());
    const std::size_t lefts = std::visit(
        [&](const auto& bins) { return part(samples, right_samples_, bins, right_bins_); },
        column.bins
    );
    std::ranges::copy(
        std::span(right_samples_).first(samples.size() - lefts), samples.subspan(lefts).begin()
    );
    return task.begin + lefts;
}

void TreeGrower::make_leaf(std::uint32_t node, const ClassCounts& total) {
    const std::uint64_t rows = rows_of(total);
    forest::Leaf leaf{};
    for (std::size_t c = 0; c < leaf.size(); ++c) {
        leaf[c] = static_cast<std::uint16_t>((total[c] * forest::kLeafUnit + rows / 2) / rows);
    }
    tree_.nodes[node] = {};
    tree_.nodes[node].payload = static_cast<std::uint32_t>(tree_.leaves.size());
    tree_.leaves.push_back(leaf);
    tree_.leaf_rows.push_back(static_cast<std::uint32_t>(rows));
}

void TreeGrower::make_split(std::uint32_t node_index, const Split& split) {
    const BinnedColumn& column = set_.columns[split.feature];
    forest::Node node{};
    node.feature = static_cast<std::uint32_t>(split.feature) & 0x7FU;
    node.missing_right = split.missing_right ? 1 : 0;
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
    last_left_[node_index] = split.last_left_bin;
    last_left_.resize(tree_.nodes.size());
}

const forest::Leaf& TreeGrower::leaf_of(const forest::Forest& tree, std::uint32_t row) const {
    std::uint32_t index = 0;
    while (tree.nodes[index].first_child != 0) {
        const forest::Node& node = tree.nodes[index];
        const BinnedColumn& column = set_.columns[node.feature];
        const std::uint32_t bin = column.bin_of(row);
        std::uint32_t right = 0;
        if (bin == column.missing_bin()) {
            right = node.missing_right;
        } else if (column.kind == forest::FeatureKind::numeric) {
            right = bin > last_left_[index] ? 1 : 0;
        } else {
            right = (tree.sets[node.payload + bin / 32] >> (bin % 32)) & 1U;
        }
        index = node.first_child + right;
    }
    return tree.leaves[tree.nodes[index].payload];
}

}  // namespace flightcast::train
