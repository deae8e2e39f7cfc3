// SPDX-License-Identifier: Apache-2.0
#include "train/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace flightcast::train {
namespace {

TrainingSet make_set(std::size_t rows) {
    TrainingSet set;
    for (std::size_t row = 0; row < rows; ++row) {
        set.classes.push_back(static_cast<std::uint8_t>(row % 4));
    }
    return set;
}

TEST(Bootstrap, RowsThatWeighLessTakePartLessOften) {
    // Goal: rows with the chance 1/4 are drawn a quarter as often in the mean as those with 1,
    // which are drawn once; a set whose weights are all 1 gives the samples of one without weights.
    constexpr std::uint64_t kSeed = 6;
    SCOPED_TRACE(kSeed);
    TrainingSet set = make_set(200'000);
    for (std::size_t row = 0; row < set.rows(); ++row) {
        set.weights.push_back(row % 2 == 0 ? 1.0F : 0.25F);
    }
    base::SeededRandom random(kSeed);
    Bootstrap bootstrap(1);
    bootstrap.draw(set, random);
    std::array<double, 2> drawn{};
    for (const Sample sample : bootstrap.samples()) drawn[sample.row % 2] += sample.weight;
    EXPECT_NEAR(drawn[0] / 100'000, 1, 0.013);
    EXPECT_NEAR(drawn[1] / 100'000, 0.25, 0.007);
    std::ranges::fill(set.weights, 1.0F);
    base::SeededRandom again(kSeed);
    base::SeededRandom plain(kSeed);
    Bootstrap weighted(1);
    Bootstrap unweighted(1);
    TrainingSet one = make_set(1);
    one.weights = {1.0F};
    weighted.draw(one, again);
    unweighted.draw(make_set(1), plain);
    EXPECT_EQ(weighted.samples().size(), unweighted.samples().size());
}

TEST(Bootstrap, WeightsAreDrawnAsPoissonSays) {
    // Goal: of 200,000 rows the shares that are drawn 0, 1, 2, 3 and 4 times are those of the
    // distribution with mean 1, within four standard deviations; rows rise and keep their class.
    constexpr std::uint64_t kSeed = 2;
    SCOPED_TRACE(kSeed);
    const std::size_t rows = 200'000;
    base::SeededRandom random(kSeed);
    Bootstrap bootstrap(1);
    bootstrap.draw(make_set(rows), random);
    std::array<double, kWeightMax + 1> share{};
    share[0] = static_cast<double>(rows - bootstrap.samples().size()) / rows;
    for (const Sample sample : bootstrap.samples()) {
        share[sample.weight] += 1.0 / rows;
        EXPECT_EQ(sample.row_class, sample.row % 4);
    }
    constexpr std::array<double, 5> kExpected = {0.36788, 0.36788, 0.18394, 0.06131, 0.01533};
    for (std::size_t weight = 0; weight < kExpected.size(); ++weight) {
        EXPECT_NEAR(share[weight], kExpected[weight], 0.0044) << weight;
    }
    const auto row_of = [](Sample sample) { return std::uint32_t{sample.row}; };
    EXPECT_TRUE(std::ranges::is_sorted(bootstrap.samples(), {}, row_of));
}

TEST(Bootstrap, LeftOutIsWhatWasNotDrawn) {
    // Goal: the rows looked at are in exactly one of the two lists, whatever was drawn before.
    const TrainingSet set = make_set(1'001);
    base::SeededRandom random(4);
    Bootstrap bootstrap(10);
    for (int round = 0; round < 3; ++round) {
        bootstrap.draw(set, random);
        std::set<std::uint32_t> drawn;
        for (const Sample sample : bootstrap.samples()) drawn.insert(sample.row);
        std::set<std::uint32_t> out(bootstrap.out_of_bag().begin(), bootstrap.out_of_bag().end());
        for (std::uint32_t row = 0; row < set.rows(); ++row) {
            EXPECT_EQ(out.contains(row), row % 10 == 0 && !drawn.contains(row)) << row;
        }
    }
}

TEST(Bootstrap, NeverDrawsNothing) {
    // Goal: a tree has something to learn from even when there is one row only.
    const TrainingSet set = make_set(1);
    Bootstrap bootstrap(1);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        base::SeededRandom random(seed);
        bootstrap.draw(set, random);
        EXPECT_EQ(bootstrap.samples().size(), 1U);
    }
}

}  // namespace
}  // namespace flightcast::train
