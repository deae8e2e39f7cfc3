// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "train/node_counts.h"
#include "train/sample.h"
#include "train/training_set.h"

namespace flightcast::train {

// A way to part the samples of a node by one feature: which bins go right.
struct Split {
    std::size_t feature = 0;
    double purity = 0;  // sum over both sides of (sum of squared class counts) / count
    ClassCounts left{};
    std::uint16_t last_left_bin = 0;     // of a numeric feature: values of later bins go right
    std::vector<bool> right_categories;  // of a categorical feature
    bool missing_right = false;
};

// Finds the best split of a node by the Gini index, from a histogram of class counts per bin.
//
// A numeric feature is cut between two bins, and its missing values are tried on both sides. The
// categories of a categorical feature, the missing one among them, are put in order and cut there.
// The order is that of their class shares along the direction in which these differ most (the first
// principal component; Coppersmith, Hong and Hosking, "Partitioning Nominal Attributes in Decision
// Trees", 1999): one order, however many classes there are. For two classes it finds the best of
// all subsets, for more it is a good guess. Unseen categories go to the larger side.
//
// Thread-safety: one thread per object (it keeps memory from call to call).
class SplitFinder {
  public:
    // Each side of a split gets at least `leaf_rows_min` rows.
    explicit SplitFinder(std::uint64_t leaf_rows_min);

    // The best split of the samples in `histogram`, whose classes are `total`, by the feature that
    // `column` has; nothing when no split makes the node purer. `feature` of it is left 0.
    [[nodiscard]] std::optional<Split> find(
        const BinnedColumn& column, const NodeCounts& histogram, const ClassCounts& total
    );

  private:
    struct Candidate;

    void find_number(std::span<const BinCounts> bins, Candidate& best) const;
    void find_categories(std::span<const BinCounts> bins, Candidate& best);
    [[nodiscard]] Split category_split(const Candidate& best, std::size_t categories) const;

    const std::uint64_t leaf_rows_min_;
    std::vector<std::uint16_t> order_;  // of the bins that are not empty
};

}  // namespace flightcast::train
