// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/limits.h"
#include "forest/schema.h"

namespace flightcast::train {

// A training row as often as the bootstrap drew it, with its class at hand. Packed, because the
// samples of a tree are read again at every level of it.
struct Sample {
    std::uint32_t row : 26;
    std::uint32_t weight : 4;
    std::uint32_t row_class : 2;

    // REQUIRES: row < limits::kTrainingRowsMax, weight <= kWeightMax, row_class < kClassCount.
    [[nodiscard]] static Sample make(
        std::uint32_t row, std::uint32_t weight, std::uint32_t row_class
    ) {
        return {row & 0x3FF'FFFFU, weight & 0xFU, row_class & 0x3U};
    }
};
inline constexpr std::uint32_t kWeightMax = 15;
static_assert(sizeof(Sample) == 4);
static_assert(base::limits::kTrainingRowsMax <= std::size_t{1} << 26U);
static_assert(forest::kClassCount <= 4);

// How many rows of each class, each as often as it was drawn.
using ClassCounts = std::array<std::uint64_t, forest::kClassCount>;

[[nodiscard]] inline ClassCounts count_classes(std::span<const Sample> samples) {
    ClassCounts counts{};
    for (const Sample sample : samples) counts[sample.row_class] += sample.weight;
    return counts;
}

[[nodiscard]] constexpr std::uint64_t rows_of(const ClassCounts& counts) {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts) sum += count;
    return sum;
}

[[nodiscard]] constexpr ClassCounts minus(const ClassCounts& all, const ClassCounts& part) {
    ClassCounts rest{};
    for (std::size_t c = 0; c < rest.size(); ++c) rest[c] = all[c] - part[c];
    return rest;
}

// The larger, the purer: a node's weighted Gini impurity is its rows minus this. REQUIRES: rows.
[[nodiscard]] inline double purity_of(const ClassCounts& counts) {
    std::uint64_t squares = 0;
    for (const std::uint64_t count : counts) squares += count * count;
    return static_cast<double>(squares) / static_cast<double>(rows_of(counts));
}

}  // namespace flightcast::train
