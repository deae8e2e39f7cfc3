// SPDX-License-Identifier: Apache-2.0
//
// The finder's splits from counts are compared with a plain search that sends every sample
// left or right and sums up.
#include "train/split_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "base/random.h"

namespace flightcast::train {
namespace {

using forest::Feature;
using forest::FeatureKind;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

struct Sampled {
    TrainingSet set;
    std::vector<Sample> samples;
};

Sampled make_sampled(
    const Feature& feature, const std::vector<float>& values, const std::vector<int>& classes
) {
    Sampled sampled;
    sampled.set.columns.push_back(bin_column(feature, values, 256));
    for (std::size_t row = 0; row < values.size(); ++row) {
        sampled.set.classes.push_back(static_cast<std::uint8_t>(classes[row]));
        sampled.samples.push_back(
            Sample::make(
                static_cast<std::uint32_t>(row), 1, static_cast<std::uint32_t>(classes[row])
            )
        );
    }
    return sampled;
}

std::optional<Split> find(const Sampled& sampled, std::uint64_t leaf_rows_min = 1) {
    const BinnedColumn& column = sampled.set.columns[0];
    return SplitFinder(leaf_rows_min)
        .find(column, NodeCounts(column, sampled.samples), count_classes(sampled.samples));
}

double purity(const ClassCounts& counts) {
    double rows = 0;
    double squares = 0;
    for (const std::uint64_t count : counts) {
        rows += static_cast<double>(count);
        squares += static_cast<double>(count) * static_cast<double>(count);
    }
    return squares / rows;
}

// The purity when the samples whose bin `is_right` go right; 0 when a side is too small.
double purity_of(
    const Sampled& sampled,
    std::uint64_t leaf_rows_min,
    const std::function<bool(std::uint16_t)>& is_right
) {
    ClassCounts left{};
    ClassCounts right{};
    std::uint64_t left_rows = 0;
    std::uint64_t right_rows = 0;
    for (const Sample& sample : sampled.samples) {
        const bool goes_right = is_right(sampled.set.columns[0].bin_of(sample.row));
        (goes_right ? right : left)[sample.row_class] += sample.weight;
        (goes_right ? right_rows : left_rows) += sample.weight;
    }
    if (left_rows < leaf_rows_min || right_rows < leaf_rows_min) return 0;
    return purity(left) + purity(right);
}

double purity_of(const Sampled& sampled, std::uint64_t leaf_rows_min, const Split& split) {
    const BinnedColumn& column = sampled.set.columns[0];
    return purity_of(sampled, leaf_rows_min, [&](std::uint16_t bin) {
        if (bin == column.missing_bin()) return split.missing_right;
        if (column.kind == FeatureKind::numeric) return bin > split.last_left_bin;
        return bool{split.right_categories[bin]};
    });
}

const Feature kNumber{"DepDelay", FeatureKind::numeric, {}};

Feature make_carriers(std::size_t count) {
    Feature feature{"Carrier", FeatureKind::categorical, {}};
    for (std::size_t i = 0; i < count; ++i) feature.categories.push_back(std::to_string(i));
    return feature;
}

TEST(SplitFinder, CutsWhereTheClassesPart) {
    // Goal: classes that part cleanly are parted there, missing values with their like.
    const auto split = find(make_sampled(kNumber, {1, 2, kNan, 8, 9}, {1, 1, 1, 3, 3}));
    ASSERT_TRUE(split);
    EXPECT_EQ(split->last_left_bin, 1);
    EXPECT_FALSE(split->missing_right);
    EXPECT_DOUBLE_EQ(split->purity, 5);
}

TEST(SplitFinder, WhatANodeHasNotSeenGoesToTheLargerSide) {
    // Goal: missing values and categories without a sample follow the majority of rows.
    const auto number = find(make_sampled(kNumber, {1, 8, 8, 8}, {1, 3, 3, 3}));
    ASSERT_TRUE(number);
    EXPECT_TRUE(number->missing_right);
    const auto category = find(make_sampled(make_carriers(4), {0, 0, 0, 2}, {1, 1, 1, 3}));
    ASSERT_TRUE(category);
    EXPECT_EQ(category->right_categories[1], category->right_categories[0]);
    EXPECT_EQ(category->right_categories[3], category->right_categories[0]);
    EXPECT_EQ(category->missing_right, category->right_categories[0]);
    EXPECT_NE(category->right_categories[2], category->right_categories[0]);
}

TEST(SplitFinder, FindsNothingWhereNothingIsGained) {
    // Goal: one class, one value, equal shares on both sides, and leaves too small give no split.
    EXPECT_FALSE(find(make_sampled(kNumber, {1, 2, 3}, {2, 2, 2})));
    EXPECT_FALSE(find(make_sampled(kNumber, {5, 5, 5}, {0, 1, 2})));
    EXPECT_FALSE(find(make_sampled(kNumber, {1, 1, 2, 2}, {0, 1, 0, 1})));
    EXPECT_FALSE(find(make_sampled(make_carriers(2), {0, 0, 1, 1}, {0, 1, 0, 1})));
    EXPECT_FALSE(find(make_sampled(kNumber, {1, 2, 3, 4}, {0, 3, 3, 3}), 3));
    EXPECT_TRUE(find(make_sampled(kNumber, {1, 2, 3, 4}, {0, 3, 3, 3}), 2));
}

Sampled draw_samples(const Feature& feature, std::size_t classes, base::Random& random) {
    std::vector<float> values;
    std::vector<int> row_classes;
    for (int row = 0; row < 60; ++row) {
        const bool missing = random.below(8) == 0;
        const std::size_t distinct =
            feature.kind == FeatureKind::numeric ? 12 : feature.categories.size();
        values.push_back(missing ? kNan : static_cast<float>(random.below(distinct)));
        row_classes.push_back(static_cast<int>(random.below(classes)));
    }
    Sampled sampled = make_sampled(feature, values, row_classes);
    for (Sample& sample : sampled.samples) {
        sample = Sample::make(
            sample.row, static_cast<std::uint32_t>(1 + random.below(3)), sample.row_class
        );
    }
    return sampled;
}

// The purity of the best cut of all, with missing values on either side.
double purest_cut(const Sampled& sampled, std::uint64_t rows_min) {
    const BinnedColumn& column = sampled.set.columns[0];
    double best = 0;
    for (std::uint16_t last_left = 0; last_left + 1U < column.value_bins; ++last_left) {
        for (const bool missing_right : {false, true}) {
            const auto right = [&](std::uint16_t bin) {
                return bin == column.missing_bin() ? missing_right : bin > last_left;
            };
            best = std::max(best, purity_of(sampled, rows_min, right));
        }
    }
    return best;
}

TEST(SplitFinder, FindsTheBestCutOfANumber) {
    // Goal: no cut, with missing values on either side, is purer than the one found.
    constexpr std::uint64_t kSeed = 5;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    for (int round = 0; round < 200; ++round) {
        const Sampled sampled = draw_samples(kNumber, 4, random);
        const std::uint64_t rows_min = 1 + random.below(20);
        const double best = purest_cut(sampled, rows_min);
        const auto split = find(sampled, rows_min);
        ASSERT_TRUE(split);
        ASSERT_NEAR(split->purity, best, 1e-9);
        ASSERT_NEAR(purity_of(sampled, rows_min, *split), best, 1e-9);
    }
}

TEST(SplitFinder, FindsTheBestSubsetForTwoClasses) {
    // Goal: with two classes no subset of the categories is purer (Breiman's theorem); with four,
    // the split found is as pure as it says.
    constexpr std::uint64_t kSeed = 6;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    const Feature feature = make_carriers(7);
    for (int round = 0; round < 50; ++round) {
        const Sampled two = draw_samples(feature, 2, random);
        double best = 0;
        for (unsigned subset = 0; subset < 256; ++subset) {
            best = std::max(best, purity_of(two, 1, [&](std::uint16_t bin) {
                                return ((subset >> bin) & 1U) != 0;
                            }));
        }
        const auto split = find(two);
        ASSERT_TRUE(split);
        ASSERT_NEAR(split->purity, best, 1e-9);
        ASSERT_NEAR(purity_of(two, 1, *split), best, 1e-9);

        const Sampled four = draw_samples(feature, 4, random);
        const auto guess = find(four);
        ASSERT_TRUE(guess);
        ASSERT_NEAR(purity_of(four, 1, *guess), guess->purity, 1e-9);
        ASSERT_GT(guess->purity, purity(count_classes(four.samples)));
        ClassCounts left{};
        for (const Sample sample : four.samples) {
            const std::uint16_t bin = four.set.columns[0].bin_of(sample.row);
            const bool missing = bin == four.set.columns[0].missing_bin();
            if (missing ? guess->missing_right : bool{guess->right_categories[bin]}) continue;
            left[sample.row_class] += sample.weight;
        }
        ASSERT_EQ(left, guess->left);
    }
}

}  // namespace
}  // namespace flightcast::train
