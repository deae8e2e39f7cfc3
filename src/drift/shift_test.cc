// SPDX-License-Identifier: Apache-2.0
#include "drift/shift.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "base/limits.h"
#include "drift/bins.h"

namespace flightcast::drift {
namespace {

using Counts = std::vector<std::uint64_t>;

Counts draw(std::mt19937_64& random, const std::vector<double>& shares, std::uint64_t flights) {
    Counts counts(shares.size());
    double left = 1;
    for (std::size_t i = 0; i + 1 < shares.size(); ++i) {
        std::binomial_distribution<std::uint64_t> bin(flights, std::min(1.0, shares[i] / left));
        counts[i] = bin(random);
        flights -= counts[i];
        left -= shares[i];
    }
    counts.back() = flights;
    return counts;
}

// FLIGHTCAST_DRIFT_TRIALS=20000 gives the figures of docs/models.md.
int trials() {
    const char* const text = std::getenv("FLIGHTCAST_DRIFT_TRIALS");
    return text == nullptr ? 4'000 : std::max(1'000, std::stoi(text));
}

struct Alarms {
    int beyond = 0;  // the null quantile
    int drifts = 0;
};

// Of pairs of samples of n and m flights, both of `shape`.
Alarms count_alarms(
    std::mt19937_64& random, const std::vector<double>& shape, std::uint64_t n, std::uint64_t m
) {
    Alarms alarms;
    for (int i = 0; i < trials(); ++i) {
        const Shift shift = compare(draw(random, shape, n), draw(random, shape, m));
        EXPECT_NE(shift.verdict, Verdict::not_enough);
        alarms.drifts += shift.verdict == Verdict::drift ? 1 : 0;
        alarms.beyond += shift.psi > null_quantile(n, m, shape.size()) ? 1 : 0;
    }
    return alarms;
}

const std::vector<std::vector<double>> kShapes = {
    std::vector<double>(10, 0.1),  // quantiles
    {0.07, 0.45, 0.30, 0.18},      // answers
    {.15, .12, .1, .1, .08, .08, .07, .06, .05, .04, .04, .03, .03, .02, .02, .009, .001},
};

TEST(Shift, AlarmsOfOneDistributionAreAsRareAsPromised) {
    // Goal: two samples of one distribution exceed the null quantile about once in a thousand
    // comparisons, whatever their numbers, and alarm no more often than that.
    constexpr std::uint64_t kSeed = 11;
    std::mt19937_64 random(kSeed);  // NOLINT(bugprone-random-generator-seed): repeatable
    int compared = 0;
    int beyond = 0;
    for (const auto& shape : kShapes) {
        for (const std::uint64_t n : {500U, 2'000U, 20'000U, 100'000U}) {
            for (const std::uint64_t m : {std::uint64_t{300'000}, n}) {
                const Alarms alarms = count_alarms(random, shape, n, m);
                // Of so many trials six standard deviations above one in a thousand.
                const double expected = trials() / 1'000.0;
                EXPECT_LE(alarms.beyond, expected + 6 * std::sqrt(expected))
                    << kSeed << " " << n << " " << m;
                EXPECT_LE(alarms.drifts, expected + 6 * std::sqrt(expected)) << n << " " << m;
                compared += trials();
                beyond += alarms.beyond;
            }
        }
    }
    const double share = static_cast<double>(beyond) / compared;
    RecordProperty("beyond_the_null_quantile", std::to_string(share));
    EXPECT_GT(share, 0.0004) << "a threshold that is never reached finds nothing";
    EXPECT_LT(share, 0.0016);
}

TEST(Shift, APlantedShiftIsFound) {
    // Goal: a PSI of 0.25 is found in one window of 500 flights nearly always, and of 2,000 always;
    // half of the floor is no alarm however many flights there are.
    std::mt19937_64 random(3);  // NOLINT(bugprone-random-generator-seed): repeatable
    const std::vector<double> before(10, 0.1);
    const auto moved = [&](double by) {
        std::vector<double> shares = before;
        for (std::size_t i = 0; i < shares.size(); ++i) shares[i] += i % 2 == 0 ? by : -by;
        return shares;
    };
    const auto psi_of = [&](const std::vector<double>& shares) {
        double psi = 0;
        for (const double p : shares) psi += (p - 0.1) * std::log(p / 0.1);
        return psi;
    };
    double by = 0;
    while (psi_of(moved(by)) < 0.25) by += 0.0001;
    for (const auto& [n, wanted] : {std::pair{500U, 990}, {2'000U, 1'000}, {100'000U, 1'000}}) {
        int found = 0;
        for (int i = 0; i < 1'000; ++i) {
            const Shift shift = compare(draw(random, moved(by), n), draw(random, before, 300'000));
            found += shift.verdict == Verdict::drift ? 1 : 0;
        }
        EXPECT_GE(found, wanted) << n;
    }
    double small = 0;
    while (psi_of(moved(small)) < kPsiFloor / 2) small += 0.0001;
    const Shift shift =
        compare(draw(random, moved(small), 1'000'000), draw(random, before, 300'000));
    EXPECT_EQ(shift.verdict, Verdict::none);
    EXPECT_GT(shift.psi, null_quantile(1'000'000, 300'000, 10));
}

TEST(Shift, FewFlightsSayNothing) {
    // Goal: below the minimum in either sample there is no verdict, however different they are; a
    // value that was never there before is a drift and no division by zero.
    const std::uint64_t few = base::limits::kDriftRowsMin - 1;
    EXPECT_EQ(compare(Counts{few, 0}, Counts{0, 100'000}).verdict, Verdict::not_enough);
    EXPECT_EQ(compare(Counts{100'000, 0}, Counts{0, few}).verdict, Verdict::not_enough);
    EXPECT_EQ(compare(Counts{0, 0}, Counts{0, 0}).verdict, Verdict::not_enough);
    EXPECT_EQ(compare(Counts{few + 1, 0}, Counts{0, 100'000}).verdict, Verdict::drift);
    EXPECT_EQ(compare(Counts{few + 1, 0}, Counts{100'000, 0}).verdict, Verdict::none);
    // Three flights in a bin of their own are no reason for an alarm.
    EXPECT_EQ(compare(Counts{500, 497, 3}, Counts{50'000, 50'000, 0}).verdict, Verdict::none);
}

TEST(Shift, AValueThatIsNewKeepsItsBin) {
    // Goal: a value that many flights of the smaller sample have, and the reference lacks, is a
    // drift, in either order, although of both samples together hardly any would be expected; a
    // few such flights are not.
    const Counts before{250'000, 49'999, 1};
    EXPECT_EQ(compare(Counts{390, 70, 40}, before).verdict, Verdict::drift);
    EXPECT_EQ(compare(before, Counts{390, 70, 40}).verdict, Verdict::drift);
    EXPECT_EQ(compare(Counts{401, 79, 20}, before).verdict, Verdict::none);
    // Seven values that are new, each too rare for a bin of its own, are one.
    const Counts split{390, 70, 6, 6, 6, 6, 6, 5, 5};
    const Counts whole{250'000, 50'000, 0, 0, 0, 0, 0, 0, 0};
    EXPECT_EQ(compare(split, whole).verdict, Verdict::drift);
}

TEST(Bins, ValuesFallIntoTheirBins) {
    // Goal: edges belong to the bin above, missing values have their own, repeated values make
    // fewer bins, categories that are rare share one.
    std::vector<float> values;
    for (int i = 0; i < 1'000; ++i) values.push_back(static_cast<float>(i));
    values.push_back(std::nanf(""));
    const forest::Distribution spread = numeric_distribution("DepDelay", values);
    ASSERT_EQ(bin_count(spread), 11U);
    EXPECT_EQ(spread.counts, (Counts{100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 1}));
    EXPECT_EQ(bin_of(spread, -1e9F), 0U);
    EXPECT_EQ(bin_of(spread, spread.edges[0]), 1U);
    EXPECT_EQ(bin_of(spread, 1e9F), 9U);
    EXPECT_EQ(bin_of(spread, std::nanf("")), 10U);
    EXPECT_EQ(bin_count(numeric_distribution("Same", std::vector<float>(100, 7))), 2U);
    EXPECT_EQ(numeric_distribution("None", {}).counts, (Counts{0, 0}));

    values.assign(70, 3);
    values.insert(values.end(), 29, 0);
    values.push_back(5);
    const forest::Distribution named = categorical_distribution("Carrier", values);
    EXPECT_EQ(named.categories, (std::vector<std::uint32_t>{3, 0}));
    EXPECT_EQ(named.counts, (Counts{70, 29, 1, 0}));
    EXPECT_EQ(bin_of(named, 9), 2U);
}

}  // namespace
}  // namespace flightcast::drift
