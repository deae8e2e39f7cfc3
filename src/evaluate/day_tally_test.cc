// SPDX-License-Identifier: Apache-2.0
#include "evaluate/day_tally.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "evaluate/day_bootstrap.h"

namespace flightcast::evaluate {
namespace {

// Answers that are right more often than not, of flights with all kinds of delays.
std::vector<Judged> draw_judged(std::size_t count, base::Random& random) {
    std::vector<Judged> judged;
    for (std::size_t i = 0; i < count; ++i) {
        const auto delay = static_cast<float>(random.below(120)) - 40;
        flight::Probabilities probabilities{};
        double sum = 0;
        for (double& one : probabilities) sum += one = 0.05 + random.unit();
        probabilities[flight::class_of_delay(delay)] += 1;
        for (double& one : probabilities) one /= sum + 1;
        judged.push_back({probabilities, delay});
    }
    return judged;
}

TEST(DayTally, SumsGiveTheFiguresOfAllFlights) {
    // Goal: added up, tallies of parts give the figures of measuring all at once; the AUC nearly.
    constexpr std::uint64_t kSeed = 5;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    const std::vector<Judged> judged = draw_judged(3'000, random);
    std::vector<DayTally> parts(7);
    for (std::size_t i = 0; i < judged.size(); ++i) parts[i * i % 7].add(judged[i]);
    DayTally sum;
    for (const DayTally& part : parts) sum += part;
    const auto expected = figures_of(measure(judged));
    const std::vector<double> figures = sum.figures();
    ASSERT_EQ(figures.size(), expected.size());
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const double tolerance = expected[i].first == "auc_15_minutes_late" ? 1e-3 : 1e-9;
        EXPECT_NEAR(figures[i], expected[i].second, tolerance) << expected[i].first;
    }
}

TEST(DayBootstrap, RangesHoldTheFigureAndShrinkWithDays) {
    // Goal: the figure of all days lies within its range; with sixteen times the days the range is
    // about a quarter; one day alone has no range; the same seed gives the same.
    constexpr std::uint64_t kSeed = 6;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    std::vector<double> widths;
    for (const std::size_t days : {1U, 20U, 320U}) {
        std::vector<std::vector<DayTally>> contestants(1, std::vector<DayTally>(days));
        DayTally all;
        for (DayTally& day : contestants[0]) {
            for (const Judged& row : draw_judged(20, random)) day.add(row);
            all += day;
        }
        const auto intervals = bootstrap_days(contestants, 1);
        const Interval& range = intervals[0].figures[1];
        EXPECT_LE(range.low, all.log_loss() + 1e-12);
        EXPECT_GE(range.high, all.log_loss() - 1e-12);
        widths.push_back(range.high - range.low);
        EXPECT_EQ(bootstrap_days(contestants, 1)[0].figures, intervals[0].figures);
    }
    EXPECT_NEAR(widths[0], 0, 1e-12);
    EXPECT_NEAR(widths[1] / widths[2], 4, 1.5);
}

TEST(DayBootstrap, DifferencesArePairedByDay) {
    // Goal: one that is better by the same amount on every day is better for certain, although the
    // days themselves differ widely.
    base::SeededRandom random(7);
    std::vector<std::vector<DayTally>> contestants(2, std::vector<DayTally>(30));
    for (std::size_t day = 0; day < 30; ++day) {
        const double right = 0.2 + 0.02 * static_cast<double>(day);
        for (std::size_t c = 0; c < 2; ++c) {
            const double came = right * (c == 0 ? 1.0 : 0.8);
            const double rest = (1 - came) / 3;
            for (int i = 0; i < 10; ++i) contestants[c][day].add({{rest, rest, came, rest}, 5});
        }
    }
    const auto intervals = bootstrap_days(contestants, 3);
    EXPECT_NEAR(intervals[0].log_loss_above_first.low, 0, 1e-12);
    EXPECT_NEAR(intervals[1].log_loss_above_first.low, -std::log(0.8), 1e-9);
    EXPECT_NEAR(intervals[1].log_loss_above_first.high, -std::log(0.8), 1e-9);
    EXPECT_GT(intervals[1].figures[1].high - intervals[1].figures[1].low, 0.05);
}

}  // namespace
}  // namespace flightcast::evaluate
