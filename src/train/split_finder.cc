// SPDX-License-Identifier: Apache-2.0
#include "train/split_finder.h"

#include <algorithm>
#include <utility>

namespace flightcast::train {
namespace {

// Below this a split is rounding noise.
constexpr double kPurityGainMin = 1e-7;

std::uint64_t sum_of(const ClassCounts& counts) {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts) sum += count;
    return sum;
}

void add(ClassCounts& counts, const ClassCounts& more) {
    for (std::size_t c = 0; c < counts.size(); ++c) counts[c] += more[c];
}

ClassCounts without(const ClassCounts& all, const ClassCounts& part) {
    ClassCounts rest{};
    for (std::size_t c = 0; c < rest.size(); ++c) rest[c] = all[c] - part[c];
    return rest;
}

// The larger, the purer: a node's weighted Gini impurity is its rows minus this.
double purity_of(const ClassCounts& counts) {
    std::uint64_t squares = 0;
    for (const std::uint64_t count : counts) squares += count * count;
    return static_cast<double>(squares) / static_cast<double>(sum_of(counts));
}

}  // namespace

ClassCounts count_classes(std::span<const Sample> samples) {
    ClassCounts counts{};
    for (const Sample& sample : samples) counts[sample.row_class] += sample.weight;
    return counts;
}

// The best cut so far: behind how many bins of which order, and where missing values go.
struct SplitFinder::Candidate {
    double purity = 0;  // to be exceeded
    bool found = false;
    std::size_t left_bins = 0;
    std::size_t order_class = 0;
    bool missing_left = false;
    bool larger_right = false;

    // Considers sending `left` left and the rest of `total` right. True when it is the best so far.
    bool consider(const ClassCounts& left, const ClassCounts& total, std::uint64_t rows_min) {
        const ClassCounts right = without(total, left);
        const std::uint64_t left_rows = sum_of(left);
        const std::uint64_t right_rows = sum_of(right);
        if (left_rows < rows_min || right_rows < rows_min) return false;
        const double both = purity_of(left) + purity_of(right);
        if (!(both > purity)) return false;
        purity = both;
        found = true;
        larger_right = right_rows > left_rows;
        return true;
    }
};

SplitFinder::SplitFinder(const TrainingSet& set, std::uint64_t leaf_rows_min)
    : set_(set), leaf_rows_min_(std::max<std::uint64_t>(leaf_rows_min, 1)) {}

std::optional<Split> SplitFinder::find(
    std::span<const Sample> samples, const ClassCounts& total, std::size_t feature
) {
    const BinnedColumn& column = set_.columns[feature];
    fill_histogram(samples, column);
    Candidate best{.purity = purity_of(total) * (1 + kPurityGainMin)};
    const bool numeric = column.kind == forest::FeatureKind::numeric;
    if (numeric) {
        find_number(column, total, best);
    } else {
        find_categories(total, best);
    }
    if (!best.found) return std::nullopt;
    Split split = numeric ? number_split(best, column) : category_split(best, column);
    split.feature = feature;
    split.purity = best.purity;
    return split;
}

void SplitFinder::fill_histogram(std::span<const Sample> samples, const BinnedColumn& column) {
    histogram_.assign(column.value_bins + 1, ClassCounts{});
    for (const Sample& sample : samples) {
        histogram_[column.bins[sample.row]][sample.row_class] += sample.weight;
    }
}

void SplitFinder::find_number(
    const BinnedColumn& column, const ClassCounts& total, Candidate& best
) const {
    const ClassCounts& missing = histogram_[column.missing_bin()];
    const bool any_missing = missing != ClassCounts{};
    ClassCounts left{};
    for (std::size_t bin = 0; bin + 1 < column.value_bins; ++bin) {
        if (histogram_[bin] == ClassCounts{}) continue;
        add(left, histogram_[bin]);
        if (best.consider(left, total, leaf_rows_min_)) {
            best.left_bins = bin + 1;
            best.missing_left = false;
        }
        if (!any_missing) continue;
        ClassCounts with_missing = left;
        add(with_missing, missing);
        if (best.consider(with_missing, total, leaf_rows_min_)) {
            best.left_bins = bin + 1;
            best.missing_left = true;
        }
    }
}

Split SplitFinder::number_split(const Candidate& best, const BinnedColumn& column) const {
    const bool any_missing = histogram_[column.missing_bin()] != ClassCounts{};
    Split split;
    split.last_left_bin = static_cast<std::uint16_t>(best.left_bins - 1);
    split.missing_right = any_missing ? !best.missing_left : best.larger_right;
    return split;
}

// Sorts the seen bins by their share of one class, equal shares by number.
void SplitFinder::order_by_share(std::size_t of_class) {
    std::vector<std::pair<double, std::uint16_t>> shares;
    shares.reserve(seen_.size());
    for (const std::uint16_t bin : seen_) {
        const ClassCounts& counts = histogram_[bin];
        const double share =
            static_cast<double>(counts[of_class]) / static_cast<double>(sum_of(counts));
        shares.emplace_back(share, bin);
    }
    std::ranges::sort(shares);
    std::ranges::transform(shares, seen_.begin(), [](const auto& entry) { return entry.second; });
}

void SplitFinder::find_categories(const ClassCounts& total, Candidate& best) {
    seen_.clear();
    for (std::size_t bin = 0; bin < histogram_.size(); ++bin) {
        if (histogram_[bin] != ClassCounts{}) seen_.push_back(static_cast<std::uint16_t>(bin));
    }
    for (std::size_t order_class = 0; order_class < total.size(); ++order_class) {
        order_by_share(order_class);
        ClassCounts left{};
        for (std::size_t place = 0; place + 1 < seen_.size(); ++place) {
            add(left, histogram_[seen_[place]]);
            if (!best.consider(left, total, leaf_rows_min_)) continue;
            best.left_bins = place + 1;
            best.order_class = order_class;
        }
    }
}

Split SplitFinder::category_split(const Candidate& best, const BinnedColumn& column) {
    order_by_share(best.order_class);
    std::vector<bool> right(column.value_bins + 1, best.larger_right);
    for (std::size_t place = 0; place < seen_.size(); ++place) {
        right[seen_[place]] = place >= best.left_bins;
    }
    Split split;
    split.missing_right = right.back();
    right.pop_back();
    split.right_categories = std::move(right);
    return split;
}

}  // namespace flightcast::train
