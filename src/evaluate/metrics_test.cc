// SPDX-License-Identifier: Apache-2.0
#include "evaluate/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace flightcast::evaluate {
namespace {

using ::testing::ElementsAre;

constexpr double kTiny = 1e-12;

TEST(Metrics, PerfectAnswers) {
    // Goal: certain and right answers have every figure at its best.
    const std::vector<Judged> judged = {
        {{1, 0, 0, 0}, -20}, {{0, 1, 0, 0}, -15}, {{0, 0, 1, 0}, 0}, {{0, 0, 0, 1}, 30}
    };
    const Metrics metrics = measure(judged);
    EXPECT_EQ(metrics.rows, 4U);
    EXPECT_EQ(metrics.accuracy, 1);
    EXPECT_EQ(metrics.log_loss, 0);
    EXPECT_NEAR(metrics.macro_f1, 1, kTiny);
    EXPECT_EQ(metrics.brier, 0);
    EXPECT_EQ(metrics.calibration_error, 0);
    EXPECT_EQ(metrics.auc_late, 1);
    EXPECT_THAT(metrics.recall, ElementsAre(1, 1, 1, 1));
}

TEST(Metrics, CertainAndWrong) {
    // Goal: the log loss stays finite, everything else is at its worst.
    const std::vector<Judged> judged = {{{0, 0, 0, 1}, -20}, {{1, 0, 0, 0}, 40}};
    const Metrics metrics = measure(judged);
    EXPECT_EQ(metrics.accuracy, 0);
    EXPECT_NEAR(metrics.log_loss, -std::log(1e-15), 1e-9);
    EXPECT_NEAR(metrics.brier, 2, kTiny);
    EXPECT_EQ(metrics.macro_f1, 0);
    EXPECT_EQ(metrics.auc_late, 0);
    EXPECT_NEAR(metrics.calibration_error, 0.5, kTiny);  // two classes of four are wholly off
}

TEST(Metrics, AreAsWorkedOutByHand) {
    // Goal: four flights, two answered rightly; the figures follow from their definitions.
    const std::vector<Judged> judged = {
        {{0.1, 0.6, 0.2, 0.1}, -5},  // class 1, answered 1
        {{0.4, 0.4, 0.1, 0.1}, -5},  // class 1, answered 0: the first of equals
        {{0.1, 0.2, 0.3, 0.4}, 20},  // class 2, answered 3
        {{0.0, 0.1, 0.2, 0.7}, 45},  // class 3, answered 3
    };
    const Metrics metrics = measure(judged);
    EXPECT_EQ(metrics.accuracy, 0.5);
    EXPECT_EQ(metrics.confusion[1][1], 1U);
    EXPECT_EQ(metrics.confusion[1][0], 1U);
    EXPECT_EQ(metrics.confusion[2][3], 1U);
    EXPECT_EQ(metrics.confusion[3][3], 1U);
    EXPECT_THAT(metrics.recall, ElementsAre(0, 0.5, 0, 1));
    EXPECT_THAT(metrics.precision, ElementsAre(0, 1, 0, 0.5));
    const ReliabilityBin& bin = metrics.reliability[1][reliability_bin(0.6)];
    EXPECT_EQ(bin.rows, 1U);
    EXPECT_NEAR(bin.probability, 0.6, kTiny);
    EXPECT_EQ(bin.came, 1);
    EXPECT_NEAR(metrics.macro_f1, (2.0 / 3 + 2.0 / 3) / 4, kTiny);
    EXPECT_NEAR(
        metrics.log_loss,
        -(std::log(0.6) + std::log(0.4) + std::log(0.3) + std::log(0.7)) / 4,
        kTiny
    );
    EXPECT_NEAR(metrics.brier, (0.22 + 0.54 + 0.7 + 0.14) / 4, kTiny);
    EXPECT_EQ(metrics.auc_late, 1);
}

TEST(Metrics, AucCountsTiesHalf) {
    // Goal: a constant answer ranks like a coin; without both kinds of flights there is no figure.
    const flight::Probabilities same = {0.25, 0.25, 0.25, 0.25};
    EXPECT_EQ(measure(std::vector<Judged>{{same, 20}, {same, 0}, {same, 14}}).auc_late, 0.5);
    EXPECT_EQ(measure(std::vector<Judged>{{same, 20}}).auc_late, 0);
    EXPECT_EQ(measure(std::vector<Judged>{{same, 14.99F}}).auc_late, 0);
}

TEST(Metrics, AucIsTheShareOfPairsInOrder) {
    // Goal: the ranked sum equals a plain count over all pairs.
    constexpr std::uint64_t kSeed = 3;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    std::vector<Judged> judged;
    for (int i = 0; i < 200; ++i) {
        const double late = static_cast<double>(random.below(11)) / 10;
        judged.push_back({{0, 1 - late, 0, late}, random.below(2) == 0 ? 15.0F : 14.0F});
    }
    double wins = 0;
    double pairs = 0;
    for (const Judged& late : judged) {
        for (const Judged& other : judged) {
            if (late.arr_delay < 15 || other.arr_delay >= 15) continue;
            ++pairs;
            if (late.probabilities[3] > other.probabilities[3]) wins += 1;
            if (late.probabilities[3] == other.probabilities[3]) wins += 0.5;
        }
    }
    EXPECT_NEAR(measure(judged).auc_late, wins / pairs, 1e-9);
}

TEST(Metrics, CalibrationErrorIsNoughtWhenSharesComeTrue) {
    // Goal: of flights with a probability of 0.25 a quarter is observed; then all of one class.
    const flight::Probabilities even = {0.25, 0.25, 0.25, 0.25};
    const std::vector<Judged> true_shares = {{even, -20}, {even, -1}, {even, 1}, {even, 60}};
    EXPECT_NEAR(measure(true_shares).calibration_error, 0, kTiny);
    const std::vector<Judged> one_class(4, {even, 60});
    EXPECT_NEAR(measure(one_class).calibration_error, (3 * 0.25 + 0.75) / 4, kTiny);
}

}  // namespace
}  // namespace flightcast::evaluate
