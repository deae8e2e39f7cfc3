// SPDX-License-Identifier: Apache-2.0
//
// Threads take the next free tree; each tree has a seed of its own and a place of its
// own, and the trees are joined in order at the end: so the threads cannot be seen in the result.
// Votes of trees for rows are whole numbers, so their order does not matter either.
#include "train/random_forest.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <span>
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

// Appends `tree`, its indices moved behind those of `forest`. Its first node is its root.
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
    forest.leaf_rows.insert(forest.leaf_rows.end(), tree.leaf_rows.begin(), tree.leaf_rows.end());
}

// The trees of one forest while threads grow them.
//
// Thread-safety: any thread may call `work`; `join` when none does any more.
class Workshop {
  public:
    Workshop(const TrainingSet& set, const ForestOptions& options, const OnTree& on_tree)
        : set_(set),
          options_(options),
          on_tree_(on_tree),
          judge_every_((set.rows() - 1) / base::limits::kOutOfBagRowsMax + 1),
          trees_(options.trees),
          gains_(options.trees),
          votes_(set.rows(), judge_every_) {}

    // Grows trees until none is left.
    void work() {
        TreeGrower grower(set_, options_.tree, judge_every_);
        OutOfBagVotes votes(set_.rows(), judge_every_);
        while (const std::optional<std::size_t> tree = next()) {
            forest::Forest grown = grower.grow(tree_seed(options_.seed, *tree), options_.stop);
            if (options_.stop.stop_requested()) return;
            for (const std::uint32_t row : grower.out_of_bag()) {
                votes.add(row, grower.leaf_of(grown, row));
            }
            finish(*tree, std::move(grown), grower.gain());
        }
        const std::lock_guard lock(mutex_);
        votes_.merge(votes);
    }

    [[nodiscard]] base::Result<GrownForest> join() const {
        if (options_.stop.stop_requested()) return base::fail(base::Errc::closed, "interrupted");
        if (is_full()) {
            return base::fail(
                base::Errc::full,
                "the first " + std::to_string(done_) + " of " + std::to_string(trees_.size()) +
                    " trees have " + std::to_string(nodes_) + " nodes already, more than the " +
                    std::to_string(forest::kNodesMax) +
                    " of a forest; take fewer trees, less depth or larger leaves"
            );
        }
        GrownForest grown;
        for (const forest::Forest& tree : trees_) append_tree(grown.forest, tree, set_);
        grown.gain = share_gains();
        grown.out_of_bag = votes_.judge(set_.classes);
        return grown;
    }

  private:
    [[nodiscard]] std::optional<std::size_t> next() {
        const std::lock_guard lock(mutex_);
        if (next_ == trees_.size() || is_full()) return std::nullopt;
        return next_++;
    }

    void finish(std::size_t tree, forest::Forest grown, std::span<const double> gain) {
        const std::lock_guard lock(mutex_);
        gains_[tree].assign(gain.begin(), gain.end());
        nodes_ += grown.nodes.size();
        trees_[tree] = std::move(grown);
        on_tree_(++done_);
    }

    // Added up in the order of the trees, because the sum of doubles depends on it.
    [[nodiscard]] std::vector<double> share_gains() const {
        std::vector<double> shares(set_.columns.size());
        double all = 0;
        for (const std::vector<double>& gain : gains_) {
            for (std::size_t i = 0; i < shares.size(); ++i) {
                shares[i] += gain[i];
                all += gain[i];
            }
        }
        if (all > 0) {
            for (double& share : shares) share /= all;
        }
        return shares;
    }

    // A tree stops growing two nodes before the bound.
    [[nodiscard]] bool is_full() const { return nodes_ + 2 > forest::kNodesMax; }

    const TrainingSet& set_;
    const ForestOptions& options_;
    const OnTree& on_tree_;
    const std::size_t judge_every_;
    std::mutex mutex_;
    std::vector<forest::Forest> trees_;  // all below guarded by mutex_
    std::vector<std::vector<double>> gains_;
    OutOfBagVotes votes_;
    std::size_t next_ = 0;
    std::size_t done_ = 0;
    std::size_t nodes_ = 0;
};

}  // namespace

base::Result<GrownForest> grow_forest(
    const TrainingSet& set, const ForestOptions& options, const OnTree& on_tree
) {
    FC_CHECK(options.trees >= 1 && options.trees <= base::limits::kModelTreesMax);
    Workshop workshop(set, options, on_tree);
    {
        std::vector<std::jthread> helpers;
        const std::size_t threads = std::min(options.threads, options.trees);
        for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back([&] { workshop.work(); });
        workshop.work();
    }
    return workshop.join();
}

}  // namespace flightcast::train
