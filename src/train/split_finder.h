// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "forest/schema.h"
#include "train/training_set.h"

namespace flightcast::train {

// A training row as often as the bootstrap drew it.
struct Sample {
    std::uint32_t row = 0;
    std::uint16_t weight = 0;
    std::uint16_t row_class = 0;
};

using ClassCounts = std::array<std::uint64_t, forest::kClassCount>;

[[nodiscard]] ClassCounts count_classes(std::span<const Sample> samples);

// A way to part the samples of a node by one feature: which bins go right.
struct Split {
    std::size_t feature = 0;
    double purity = 0;  // sum over both sides of (sum of squared class counts) / count
    std::uint16_t last_left_bin = 0;     // of a numeric feature: values of later bins go right
    std::vector<bool> right_categories;  // of a categorical feature
    bool missing_right = false;
};

// Finds the best split of a node by the Gini index, from a histogram of class counts per bin.
//
// A numeric feature is cut between two bins, and its missing values are tried on both sides. The
// categories of a categorical feature are put in the order of the share of one class, for each
// class in turn, and cut in that order; for two classes this finds the best of all subsets (Breiman
// et al., "Classification and Regression Trees", 1984, 4.2.2), for more it is a good guess. What a
// node has not seen goes to the larger side.
//
// Thread-safety: one thread per object (it keeps its histogram from call to call).
class SplitFinder {
  public:
    // Each side of a split gets at least `leaf_rows_min` rows. The set is borrowed as long as this
    // lives.
    SplitFinder(const TrainingSet& set, std::uint64_t leaf_rows_min);

    // The best split of `samples`, whose classes are `total`, by `feature`; nothing when no split
    // makes the node purer.
    [[nodiscard]] std::optional<Split> find(
        std::span<const Sample> samples, const ClassCounts& total, std::size_t feature
    );

  private:
    struct Candidate;

    void fill_histogram(std::span<const Sample> samples, const BinnedColumn& column);
    void find_number(const BinnedColumn& column, const ClassCounts& total, Candidate& best) const;
    void find_categories(const ClassCounts& total, Candidate& best);
    [[nodiscard]] Split number_split(const Candidate& best, const BinnedColumn& column) const;
    [[nodiscard]] Split category_split(const Candidate& best, const BinnedColumn& column);
    void order_by_share(std::size_t of_class);

    const TrainingSet& set_;
    const std::uint64_t leaf_rows_min_;
    std::vector<ClassCounts> histogram_;  // of each bin
    std::vector<std::uint16_t> seen_;     // bins that are not empty
};

}  // namespace flightcast::train
