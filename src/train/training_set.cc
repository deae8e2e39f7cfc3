// SPDX-License-Identifier: Apache-2.0
#include "train/training_set.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace flightcast::train {
namespace {

constexpr std::size_t kBinsMax = 65'534;

// A number that is at least `low` and below `high`, half-way if a float is there.
float between(float low, float high) {
    const float middle = std::midpoint(low, high);
    return middle < high ? middle : low;
}

// Cuts the sorted values where the share of rows reaches the next of `bins_max` equal parts, but
// never between equal values.
std::vector<float> find_thresholds(std::span<const float> sorted, std::size_t bins_max) {
    std::vector<float> thresholds;
    if (sorted.empty()) return thresholds;
    std::vector<std::size_t> ends;  // of each run of equal values
    for (std::size_t i = 1; i < sorted.size(); ++i) {
        if (sorted[i] != sorted[i - 1]) ends.push_back(i);
    }
    const bool cut_everywhere = ends.size() < bins_max;
    double next = 0;
    const double part = static_cast<double>(sorted.size()) / static_cast<double>(bins_max);
    for (const std::size_t end : ends) {
        if (!cut_everywhere && static_cast<double>(end) < next + part) continue;
        thresholds.push_back(between(sorted[end - 1], sorted[end]));
        next = static_cast<double>(end);
    }
    return thresholds;
}

BinnedColumn bin_numbers(std::span<const float> values, std::size_t bins_max) {
    std::vector<float> sorted;
    sorted.reserve(values.size());
    std::ranges::copy_if(values, std::back_inserter(sorted), [](float v) {
        return !std::isnan(v);
    });
    std::ranges::sort(sorted);
    BinnedColumn column;
    column.thresholds = find_thresholds(sorted, bins_max);
    column.value_bins = column.thresholds.size() + 1;
    column.bins.reserve(values.size());
    for (const float value : values) {
        const auto above = std::ranges::lower_bound(column.thresholds, value);
        const auto bin = static_cast<std::uint16_t>(above - column.thresholds.begin());
        column.bins.push_back(std::isnan(value) ? column.missing_bin() : bin);
    }
    return column;
}

BinnedColumn number_categories(std::span<const float> values, std::size_t categories) {
    BinnedColumn column;
    column.kind = forest::FeatureKind::categorical;
    column.value_bins = categories;
    column.bins.reserve(values.size());
    for (const float value : values) {
        FC_CHECK(std::isnan(value) || value < static_cast<float>(categories));
        const bool missing = std::isnan(value);
        column.bins.push_back(missing ? column.missing_bin() : static_cast<std::uint16_t>(value));
    }
    return column;
}

}  // namespace

BinnedColumn bin_column(
    const forest::Feature& feature, std::span<const float> values, std::size_t bins_max
) {
    FC_CHECK(bins_max >= 2 && bins_max <= kBinsMax);
    FC_CHECK(feature.categories.size() <= kBinsMax);
    if (feature.kind == forest::FeatureKind::numeric) return bin_numbers(values, bins_max);
    return number_categories(values, feature.categories.size());
}

}  // namespace flightcast::train
