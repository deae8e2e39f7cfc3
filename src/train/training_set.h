// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "forest/schema.h"

namespace flightcast::train {

// So many bins, and that of missing values, have 16-bit numbers.
inline constexpr std::size_t kBinsMax = 65'534;
static_assert(base::limits::kModelCategoriesMax <= kBinsMax);

// One feature of the training rows, each value replaced by the number of its bin.
//
// A numeric feature has bins of neighbouring values; the threshold between bins b and b + 1 is
// `thresholds[b]`. A categorical feature has one bin per category. The last bin, in both, holds
// missing values.
struct BinnedColumn {
    // Of each row; bytes when 256 bins are enough.
    using Bins = std::variant<std::vector<std::uint8_t>, std::vector<std::uint16_t>>;

    forest::FeatureKind kind = forest::FeatureKind::numeric;
    Bins bins;
    std::vector<float> thresholds;  // of a numeric feature, rising; one fewer than its bins
    std::size_t value_bins = 0;     // bins apart from the one for missing values

    [[nodiscard]] std::uint16_t missing_bin() const {
        return static_cast<std::uint16_t>(value_bins);
    }
    [[nodiscard]] std::uint16_t bin_of(std::size_t row) const {
        return std::visit([row](const auto& of_rows) { return std::uint16_t{of_rows[row]}; }, bins);
    }
    [[nodiscard]] std::size_t rows() const {
        return std::visit([](const auto& of_rows) { return of_rows.size(); }, bins);
    }
};

// The material of a forest: columns and the class of each row.
struct TrainingSet {
    std::vector<BinnedColumn> columns;  // one per feature of the schema
    std::vector<std::uint8_t> classes;  // of each row, below forest::kClassCount

    // Of each row the chance to take part when it is drawn, above 0 and at most 1; empty: 1.
    std::vector<float> weights = {};

    [[nodiscard]] std::size_t rows() const { return classes.size(); }
};

// Bins one column of feature values (NaN is missing). A numeric one gets at most `bins_max` bins
// with about equally many rows each; every bin has at least one row.
//
// REQUIRES: 2 <= bins_max <= kBinsMax; categorical values are below the number of categories, which
// is at most kBinsMax.
[[nodiscard]] BinnedColumn bin_column(
    const forest::Feature& feature, std::span<const float> values, std::size_t bins_max
);

}  // namespace flightcast::train
