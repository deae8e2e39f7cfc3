// SPDX-License-Identifier: Apache-2.0
#include "experiment/sequence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/random.h"

namespace flightcast::experiment {
namespace {

constexpr double kChampionLoss = 0.8;
constexpr std::int64_t kFlightsPerHour = 800;

// A pair of models over some hours: the difference of each flight has this mean and spread, and
// whole days differ by `day_spread`.
struct Pair {
    double mean = 0;
    double spread = 0.15;
    double day_spread = 0;
};

double normal(base::Random& random) {
    const double u = std::max(random.unit(), 1e-300);
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * random.unit());
}

std::vector<HourSums> hours_of(const Pair& pair, int count, base::Random& random) {
    std::vector<HourSums> hours;
    double day = 0;
    for (int i = 0; i < count; ++i) {
        if (i % 24 == 0) day = pair.day_spread * normal(random);
        const double flights = static_cast<double>(kFlightsPerHour);
        const double noise = pair.spread * std::sqrt(flights) * normal(random);
        hours.push_back(
            {.hour = Hour(std::chrono::hours(24 * 10'000 + i)),
             .flights = kFlightsPerHour,
             .difference = flights * (pair.mean + day) + noise,
             .champion = flights * kChampionLoss}
        );
    }
    return hours;
}

// The number of hours after which a verdict is given, looking after each; none: it never is.
std::optional<std::size_t> hours_until(Verdict wanted, const std::vector<HourSums>& hours) {
    for (std::size_t i = 1; i <= hours.size(); ++i) {
        const Judgement judgement = judge(std::span(hours).first(i));
        if (judgement.verdict == wanted) return i;
        if (judgement.verdict != Verdict::not_enough) return std::nullopt;
    }
    return std::nullopt;
}

// Goal: nothing and few flights decide nothing, whatever they say.
TEST(Sequence, NoDataNeverDecides) {
    EXPECT_EQ(judge({}).verdict, Verdict::not_enough);
    base::SeededRandom random(1);
    const auto hours = hours_of({.mean = 0.5}, 4, random);
    for (std::size_t i = 0; i <= hours.size(); ++i) {
        EXPECT_EQ(judge(std::span(hours).first(i)).verdict, Verdict::not_enough) << i;
    }
    const std::vector<HourSums> empty(100);
    EXPECT_EQ(judge(empty).verdict, Verdict::not_enough);
}

// Goal: a model that is as good is called harmful in at most 5 % of runs, with a look after every
// hour of ten days, also when whole days differ.
TEST(Sequence, EqualModelsAreNotToldApart) {
    for (const double day_spread : {0.0, 0.003}) {
        int alarms = 0;
        constexpr int kRuns = 100;
        for (int run = 0; run < kRuns; ++run) {
            base::SeededRandom random(100 + run);
            const auto hours = hours_of({.mean = 0, .day_spread = day_spread}, 24 * 10, random);
            for (std::size_t i = 1; i <= hours.size(); ++i) {
                const Verdict verdict = judge(std::span(hours).first(i)).verdict;
                if (verdict == Verdict::harm) ++alarms;
                if (verdict != Verdict::not_enough) break;
            }
        }
        EXPECT_LE(alarms, kRuns * 5 / 100) << "days differ by " << day_spread;
    }
}

// Goal: harm of 5 % is seen within a day, of 1 % within five; a gain is seen as well.
TEST(Sequence, HarmAndGainAreFound) {
    struct Case {
        double share;
        Verdict verdict;
        std::size_t hours_max;
    };
    for (const Case& wanted :
         {Case{0.05, Verdict::harm, 24},
          Case{0.01, Verdict::harm, 120},
          Case{-0.05, Verdict::better, 24},
          Case{-0.01, Verdict::better, 120}}) {
        int found = 0;
        constexpr int kRuns = 20;
        for (int run = 0; run < kRuns; ++run) {
            base::SeededRandom random(500 + run);
            const auto hours = hours_of({.mean = wanted.share * kChampionLoss}, 240, random);
            const auto after = hours_until(wanted.verdict, hours);
            found += after && *after <= wanted.hours_max ? 1 : 0;
        }
        EXPECT_GE(found, kRuns * 9 / 10) << wanted.share;
    }
}

// Goal: bounds hold the mean between them, get narrower, and a block that is not over is left out.
TEST(Sequence, BoundsNarrowAroundTheMean) {
    base::SeededRandom random(7);
    const auto hours = hours_of({.mean = 0.01}, 24 * 20, random);
    double width = 1e9;
    for (const std::size_t count : {24U, 96U, 480U}) {
        const auto bounds = bounds_of(std::span(hours).first(count), 6, 0.05);
        ASSERT_TRUE(bounds);
        EXPECT_LT(bounds->lower, bounds->mean);
        EXPECT_LT(bounds->mean, bounds->upper);
        EXPECT_LT(bounds->upper - bounds->lower, width);
        EXPECT_DOUBLE_EQ(bounds->champion, kChampionLoss);
        width = bounds->upper - bounds->lower;
    }
    const auto whole = bounds_of(std::span(hours).first(24), 6, 0.05);
    const auto open = bounds_of(std::span(hours).first(27), 6, 0.05);
    EXPECT_EQ(whole->blocks, open->blocks);
    EXPECT_EQ(whole->mean, open->mean);
    EXPECT_FALSE(bounds_of(std::span(hours).first(7), 6, 0.05));
}

}  // namespace
}  // namespace flightcast::experiment
