// SPDX-License-Identifier: Apache-2.0
#include "train/training_set.h"

#include <algorithm>
#include <bit>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <cmath>
#include <cstdint>
#include <numeric>

#include "base/check.h"

namespace flightcast::train {
namespace {

constexpr std::size_t kByteBinsMax = 256;

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

// How many of the rising `thresholds` are below `value`. Halves the rest without a branch: where a
// value falls cannot be foretold.
std::size_t count_below(std::span<const float> thresholds, float value) {
    const float* base = thresholds.data();
    std::size_t rest = thresholds.size();
    while (rest > 1) {
        const std::size_t half = rest / 2;
        base = base[half - 1] < value ? base + half : base;
        rest -= half;
    }
    const std::size_t before = static_cast<std::size_t>(base - thresholds.data());
    return before + (rest == 1 && *base < value ? 1 : 0);
}

// `bin_of(value)` of each value.
template <typename BinOf>
BinnedColumn::Bins number_rows(
    std::span<const float> values, std::size_t bins, const BinOf& bin_of
) {
    const auto fill = [&]<typename Bin>(std::vector<Bin> of_rows) {
        of_rows.reserve(values.size());
        for (const float value : values) of_rows.push_back(static_cast<Bin>(bin_of(value)));
        return of_rows;
    };
    if (bins <= kByteBinsMax) return fill(std::vector<std::uint8_t>{});
    return fill(std::vector<std::uint16_t>{});
}

// A whole number that is ordered as the float is: negative ones count down from the middle, others
// up. (Boost's sort of floats subtracts their bits as signed numbers, which may overflow.)
std::uint32_t order_of(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return (bits >> 31U) != 0 ? ~bits : bits | 0x8000'0000U;
}

float value_of(std::uint32_t order) {
    return std::bit_cast<float>((order >> 31U) != 0 ? order & 0x7FFF'FFFFU : ~order);
}

// Those that are numbers, in ascending order.
std::vector<float> sorted_numbers(std::span<const float> values) {
    std::vector<std::uint32_t> orders;
    orders.reserve(values.size());
    for (const float value : values) {
        if (!std::isnan(value)) orders.push_back(order_of(value));
    }
    boost::sort::spreadsort::integer_sort(orders.begin(), orders.end());
    std::vector<float> sorted(orders.size());
    std::ranges::transform(orders, sorted.begin(), value_of);
    return sorted;
}

BinnedColumn bin_numbers(std::span<const float> values, std::size_t bins_max) {
    BinnedColumn column;
    column.thresholds = find_thresholds(sorted_numbers(values), bins_max);
    column.value_bins = column.thresholds.size() + 1;
    column.bins = number_rows(values, column.value_bins + 1, [&](float value) {
        const std::size_t bin = count_below(column.thresholds, value);
        return std::isnan(value) ? column.value_bins : bin;
    });
    return column;
}

BinnedColumn number_categories(std::span<const float> values, std::size_t categories) {
    BinnedColumn column;
    column.kind = forest::FeatureKind::categorical;
    column.value_bins = categories;
    column.bins = number_rows(values, categories + 1, [categories](float value) {
        FC_CHECK(std::isnan(value) || value < static_cast<float>(categories));
        return std::isnan(value) ? categories : static_cast<std::size_t>(value);
    });
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
