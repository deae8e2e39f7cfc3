// SPDX-License-Identifier: Apache-2.0
#include "figures/tally.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "flight/predicted_class.h"

namespace flightcast::figures {
namespace {

std::vector<JudgedAnswer> random_answers(std::size_t count, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> share(0, 1);
    std::vector<JudgedAnswer> answers;
    for (std::size_t i = 0; i < count; ++i) {
        flight::Probabilities probabilities{};
        double sum = 0;
        for (double& p : probabilities) sum += p = share(random);
        for (double& p : probabilities) p /= sum;
        answers.push_back(
            {.predicted = flight::predicted_class(probabilities),
             .observed = random() % flight::kClassCount,
             .probabilities = probabilities}
        );
    }
    return answers;
}

Tally tally_of(const std::vector<JudgedAnswer>& answers) {
    Tally tally;
    for (const JudgedAnswer& answer : answers) tally.add(answer);
    return tally;
}

// Goal: figures are those of their definitions.
TEST(Tally, HasTheFiguresOfTheirDefinitions) {
    const std::vector<JudgedAnswer> answers = random_answers(2'000, 1);
    double right = 0, loss = 0, brier = 0;
    for (const JudgedAnswer& answer : answers) {
        right += answer.predicted == answer.observed ? 1 : 0;
        loss -= std::log((*answer.probabilities)[answer.observed]);
        for (std::size_t c = 0; c < flight::kClassCount; ++c) {
            brier += std::pow((*answer.probabilities)[c] - (c == answer.observed ? 1 : 0), 2);
        }
    }
    const Figures figures = tally_of(answers).figures();
    EXPECT_EQ(figures.rows, 2'000);
    EXPECT_DOUBLE_EQ(figures.accuracy, right / 2'000);
    EXPECT_NEAR(figures.log_loss, loss / 2'000, 1e-11);
    EXPECT_NEAR(figures.brier, brier / 2'000, 1e-11);
    std::size_t in_bins = 0;
    for (const ReliabilityBin& bin : figures.reliability[2]) in_bins += bin.rows;
    EXPECT_EQ(in_bins, 2'000);
}

// Goal: the order of flights, and the ways in which totals are put together, change no digit.
TEST(Tally, DoesNotDependOnTheOrder) {
    std::vector<JudgedAnswer> answers = random_answers(1'000, 2);
    const Tally whole = tally_of(answers);
    std::mt19937 random(3);  // NOLINT(bugprone-random-generator-seed): repeatable
    std::ranges::shuffle(answers, random);
    Tally parts = tally_of({answers.begin(), answers.begin() + 321});
    parts += tally_of({answers.begin() + 321, answers.end()});
    EXPECT_EQ(parts, whole);
    EXPECT_EQ(parts.figures(), whole.figures());
}

// Goal: a flight that is taken away leaves no trace, be it in large totals or small ones.
TEST(Tally, ForgetsExactly) {
    const std::vector<JudgedAnswer> answers = random_answers(500, 4);
    const Tally whole = tally_of(answers);
    Tally corrected = whole;
    SmallTally small, small_corrected;
    for (const JudgedAnswer& answer : answers) small.add(answer);
    small_corrected = small;
    for (const JudgedAnswer& answer : random_answers(300, 5)) {
        corrected.add(answer);
        small_corrected.add(answer);
    }
    EXPECT_NE(corrected, whole);
    EXPECT_NE(small_corrected, small);
    for (const JudgedAnswer& answer : random_answers(300, 5)) {
        corrected.subtract(answer);
        small_corrected.subtract(answer);
    }
    EXPECT_EQ(corrected, whole);
    EXPECT_EQ(small_corrected, small);
}

// Goal: answers without probabilities count for the figures of classes alone.
TEST(Tally, TakesAnswersWithoutProbabilities) {
    Tally tally = tally_of({{.predicted = 1, .observed = 1}, {.predicted = 1, .observed = 2}});
    EXPECT_EQ(tally.figures().accuracy, 0.5);
    EXPECT_EQ(tally.figures().rows_with_probabilities, 0);
    EXPECT_EQ(tally.figures().log_loss, 0);
    tally.add({.predicted = 1, .observed = 1, .probabilities = {{0, 1, 0, 0}}});
    EXPECT_EQ(tally.figures().log_loss, 0);
    tally.add({.predicted = 1, .observed = 0, .probabilities = {{0, 1, 0, 0}}});
    EXPECT_NEAR(tally.figures().log_loss, -std::log(kProbabilityMin) / 2, 1e-10);
    EXPECT_EQ(tally.figures().brier, 1);
    EXPECT_EQ(tally.figures().calibration_error, 0.25) << "two of four classes, half their rows";
}

}  // namespace
}  // namespace flightcast::figures
