// SPDX-License-Identifier: Apache-2.0
#include "base/latency_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace flightcast::base {
namespace {

constexpr std::array kPercents = {0.0, 1.0, 50.0, 90.0, 99.0, 99.9, 100.0};

TEST(LatencyHistogram, EmptyAnswersZero) {
    // Goal: nothing recorded is not an error, and merging nothing changes nothing.
    LatencyHistogram histogram;
    histogram.merge(LatencyHistogram{});
    EXPECT_EQ(histogram.count(), 0U);
    EXPECT_EQ(histogram.min(), 0U);
    EXPECT_EQ(histogram.max(), 0U);
    EXPECT_EQ(histogram.mean(), 0.0);
    EXPECT_EQ(histogram.percentile(99), 0U);
}

TEST(LatencyHistogram, OneValueIsEveryPercentile) {
    // Goal: bucket edges are right for every power of two and its neighbours, up to the last
    // number.
    for (unsigned bit = 0; bit < 64; ++bit) {
        const std::uint64_t power = std::uint64_t{1} << bit;
        for (const std::uint64_t value : {power - 1, power, power + 1, power | (power - 1)}) {
            LatencyHistogram histogram;
            histogram.record(value);
            for (const double percent : kPercents) EXPECT_EQ(histogram.percentile(percent), value);
        }
    }
}

TEST(LatencyHistogram, SmallValuesAreExact) {
    // Goal: below 256 a percentile is the value itself: of 0..199, half lie at or below 99.
    LatencyHistogram histogram;
    for (std::uint64_t value = 0; value < 200; ++value) histogram.record(value);
    EXPECT_EQ(histogram.percentile(0), 0U);
    EXPECT_EQ(histogram.percentile(50), 99U);
    EXPECT_EQ(histogram.percentile(99), 197U);
    EXPECT_EQ(histogram.percentile(100), 199U);
    EXPECT_DOUBLE_EQ(histogram.mean(), 99.5);
}

TEST(LatencyHistogram, PercentilesAreWithinTheErrorOfSortedValues) {
    // Goal: against a sorted copy, every percentile is at or above the truth by at most kErrorMax;
    // two halves merged answer as the whole.
    constexpr std::uint64_t kSeed = 20'150'401;
    SCOPED_TRACE(kSeed);
    SeededRandom random(kSeed);
    LatencyHistogram whole;
    LatencyHistogram halves[2];
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 50'000; ++i) {
        const std::uint64_t value = random.next() >> random.below(64);
        values.push_back(value);
        whole.record(value);
        halves[i % 2].record(value);
    }
    std::sort(values.begin(), values.end());
    halves[0].merge(halves[1]);
    for (const double percent : kPercents) {
        const double rank = std::max(1.0, std::ceil(percent / 100 * 50'000.0));
        const double truth = static_cast<double>(values[static_cast<std::size_t>(rank) - 1]);
        const double answer = static_cast<double>(whole.percentile(percent));
        EXPECT_GE(answer, truth) << percent;
        EXPECT_LE(answer, truth * (1 + LatencyHistogram::kErrorMax)) << percent;
        EXPECT_EQ(halves[0].percentile(percent), whole.percentile(percent)) << percent;
    }
    EXPECT_EQ(halves[0].count(), 50'000U);
    EXPECT_EQ(halves[0].min(), values.front());
    EXPECT_EQ(halves[0].max(), values.back());
}

}  // namespace
}  // namespace flightcast::base
