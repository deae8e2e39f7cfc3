// SPDX-License-Identifier: Apache-2.0
#include "train/node_counts.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace flightcast::train {
namespace {

struct Drawn {
    BinnedColumn column;
    std::vector<Sample> samples;
};

// A column with `bins` values, in bytes or in 16 bits as their number asks for.
Drawn draw(std::size_t bins, std::size_t rows, base::Random& random) {
    std::vector<float> values;
    for (std::size_t bin = 0; bin < bins; ++bin) values.push_back(static_cast<float>(bin));
    while (values.size() < rows) values.push_back(static_cast<float>(random.below(bins)));
    Drawn drawn;
    drawn.column = bin_column({"DepDelay", forest::FeatureKind::numeric, {}}, values, bins);
    for (std::uint32_t row = 0; row < rows; ++row) {
        const auto weight = static_cast<std::uint32_t>(1 + random.below(kWeightMax));
        drawn.samples.push_back(
            Sample::make(row, weight, static_cast<std::uint32_t>(random.below(4)))
        );
    }
    return drawn;
}

std::vector<BinCounts> count_plainly(const Drawn& drawn, std::span<const Sample> samples) {
    std::vector<BinCounts> counts(drawn.column.value_bins + 1);
    for (const Sample sample : samples) {
        counts[drawn.column.bin_of(sample.row)][sample.row_class] += sample.weight;
    }
    return counts;
}

TEST(NodeCounts, CountsEveryWayAlike) {
    // Goal: narrow and wide columns, few rows and many (which take turns) are counted as a plain
    // loop counts them.
    constexpr std::uint64_t kSeed = 8;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    for (const std::size_t bins : {2U, 60U, 255U, 256U, 600U, 3'000U}) {
        for (const std::size_t rows : {bins, bins + 7, 10 * bins + 3}) {
            const Drawn drawn = draw(bins, rows, random);
            const NodeCounts histogram(drawn.column, drawn.samples);
            const std::vector<BinCounts> plain = count_plainly(drawn, drawn.samples);
            EXPECT_TRUE(std::ranges::equal(histogram.bins(), plain)) << bins << " " << rows;
        }
    }
}

TEST(NodeCounts, WhatIsLeftAfterSubtractionIsTheOthers) {
    // Goal: whole minus part is the histogram of the samples that are not in the part.
    constexpr std::uint64_t kSeed = 9;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    const Drawn drawn = draw(100, 5'000, random);
    const auto part = std::span(drawn.samples).first(1'234);
    NodeCounts rest(drawn.column, drawn.samples);
    rest.subtract(NodeCounts(drawn.column, part));
    EXPECT_TRUE(rest == NodeCounts(drawn.column, std::span(drawn.samples).subspan(1'234)));
}

}  // namespace
}  // namespace flightcast::train
