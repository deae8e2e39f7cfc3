// SPDX-License-Identifier: Apache-2.0
#include "train/split_finder.h"

#include <algorithm>
#include <utility>

#include "train/category_order.h"

namespace flightcast::train {
namespace {

// Below this a split is rounding noise.
constexpr double kPurityGainMin = 1e-7;

constexpr BinCounts kEmpty{};

void add(ClassCounts& counts, const BinCounts& more) {
    for (std::size_t c = 0; c < counts.size(); ++c) counts[c] += more[c];
}

}  // namespace

// The best cut so far: behind how many bins of the order, and where missing values go.
struct SplitFinder::Candidate {
    ClassCounts total{};
    double purity = 0;  // to be exceeded
    bool found = false;
    std::size_t left_bins = 0;
    bool missing_left = false;
    ClassCounts left_counts{};

    // Considers sending `left` left and the rest right. True when it is the best so far.
    bool consider(const ClassCounts& left, std::uint64_t rows_min) {
        const ClassCounts right = minus(total, left);
        if (rows_of(left) < rows_min || rows_of(right) < rows_min) return false;
        const double both = purity_of(left) + purity_of(right);
        if (!(both > purity)) return false;
        purity = both;
        found = true;
        left_counts = left;
        return true;
    }

    [[nodiscard]] bool larger_right() const {
        return rows_of(minus(total, left_counts)) > rows_of(left_counts);
    }
};

SplitFinder::SplitFinder(std::uint64_t leaf_rows_min)
    : leaf_rows_min_(std::max<std::uint64_t>(leaf_rows_min, 1)) {}

std::optional<Split> SplitFinder::find(
    const BinnedColumn& column, const NodeCounts& histogram, const ClassCounts& total
) {
    const std::span<const BinCounts> bins = histogram.bins();
    Candidate best{.total = total, .purity = purity_of(total) * (1 + kPurityGainMin)};
    const bool numeric = column.kind == forest::FeatureKind::numeric;
    if (numeric) {
        find_number(bins, best);
    } else {
        find_categories(bins, best);
    }
    if (!best.found) return std::nullopt;
    Split split;
    if (numeric) {
        const bool any_missing = bins.back() != kEmpty;
        split.last_left_bin = static_cast<std::uint16_t>(best.left_bins - 1);
        split.missing_right = any_missing ? !best.missing_left : best.larger_right();
    } else {
        split = category_split(best, column.value_bins);
    }
    split.purity = best.purity;
    split.left = best.left_counts;
    return split;
}

void SplitFinder::find_number(std::span<const BinCounts> bins, Candidate& best) const {
    const BinCounts& missing = bins.back();
    const bool any_missing = missing != kEmpty;
    ClassCounts left{};
    for (std::size_t bin = 0; bin + 2 < bins.size(); ++bin) {
        if (bins[bin] == kEmpty) continue;
        add(left, bins[bin]);
        if (best.consider(left, leaf_rows_min_)) {
            best.left_bins = bin + 1;
            best.missing_left = false;
        }
        if (!any_missing) continue;
        ClassCounts with_missing = left;
        add(with_missing, missing);
        if (best.consider(with_missing, leaf_rows_min_)) {
            best.left_bins = bin + 1;
            best.missing_left = true;
        }
    }
}

void SplitFinder::find_categories(std::span<const BinCounts> bins, Candidate& best) {
    order_ = order_categories(bins);
    ClassCounts left{};
    for (std::size_t place = 0; place + 1 < order_.size(); ++place) {
        add(left, bins[order_[place]]);
        if (best.consider(left, leaf_rows_min_)) best.left_bins = place + 1;
    }
}

Split SplitFinder::category_split(const Candidate& best, std::size_t categories) const {
    std::vector<bool> right(categories + 1, best.larger_right());
    for (std::size_t place = 0; place < order_.size(); ++place) {
        right[order_[place]] = place >= best.left_bins;
    }
    Split split;
    split.missing_right = right.back();
    right.pop_back();
    split.right_categories = std::move(right);
    return split;
}

}  // namespace flightcast::train
