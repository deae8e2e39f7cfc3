// SPDX-License-Identifier: Apache-2.0
#include "train/training_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace flightcast::train {
namespace {

using forest::Feature;
using forest::FeatureKind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const Feature kNumber{"DepDelay", FeatureKind::numeric, {}};

std::vector<std::uint16_t> bins_of(const BinnedColumn& column) {
    std::vector<std::uint16_t> bins;
    for (std::size_t row = 0; row < column.rows(); ++row) bins.push_back(column.bin_of(row));
    return bins;
}

TEST(TrainingSet, FewValuesGetABinEach) {
    // Goal: thresholds lie between neighbouring values, missing ones have a bin of their own.
    const std::vector<float> values = {3, kNan, -1, 3, 10, -1};
    const BinnedColumn column = bin_column(kNumber, values, 256);
    EXPECT_THAT(column.thresholds, ElementsAre(1, 6.5F));
    EXPECT_EQ(column.value_bins, 3U);
    EXPECT_EQ(column.missing_bin(), 3);
    EXPECT_THAT(bins_of(column), ElementsAre(1, 3, 0, 1, 2, 0));
}

TEST(TrainingSet, DegenerateColumnsHaveOneBin) {
    // Goal: no rows, one value and nothing but missing values give no threshold.
    for (const std::vector<float>& values :
         {std::vector<float>{}, std::vector<float>{5, 5}, std::vector<float>{kNan, kNan}}) {
        const BinnedColumn column = bin_column(kNumber, values, 2);
        EXPECT_THAT(column.thresholds, IsEmpty());
        EXPECT_EQ(column.value_bins, 1U);
        EXPECT_EQ(column.rows(), values.size());
    }
}

TEST(TrainingSet, NeighbouringFloatsAreToldApart) {
    // Goal: where no float lies between two values, the lower one is the threshold and goes left.
    const float next = std::nextafter(1.0F, 2.0F);
    const BinnedColumn column = bin_column(kNumber, std::vector<float>{next, 1}, 2);
    EXPECT_THAT(column.thresholds, ElementsAre(1));
    EXPECT_THAT(bins_of(column), ElementsAre(1, 0));
}

TEST(TrainingSet, ManyValuesGetBinsOfEvenSize) {
    // Goal: at most the wanted bins, none empty, about equally full, ordered like the values.
    constexpr std::uint64_t kSeed = 11;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    std::vector<float> values;
    for (int i = 0; i < 10'000; ++i) values.push_back(static_cast<float>(random.unit() * 1e6));
    const BinnedColumn column = bin_column(kNumber, values, 64);
    EXPECT_LE(column.value_bins, 64U);
    EXPECT_GE(column.value_bins, 60U);
    std::vector<std::size_t> rows(column.value_bins);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint16_t bin = column.bin_of(i);
        ++rows.at(bin);
        if (bin > 0) {
            ASSERT_GT(values[i], column.thresholds[bin - 1U]);
        }
        if (bin < column.thresholds.size()) {
            ASSERT_LE(values[i], column.thresholds[bin]);
        }
    }
    EXPECT_GE(std::ranges::min(rows), 1U);
    EXPECT_LE(std::ranges::max(rows), 2U * 10'000 / 60);
}

TEST(TrainingSet, AFrequentValueDoesNotUseUpTheBins) {
    // Goal: one value in half of the rows fills one bin; the others still share the rest.
    std::vector<float> values(5'000, 0.0F);
    for (int i = 0; i < 5'000; ++i) values.push_back(static_cast<float>(i + 1));
    const BinnedColumn column = bin_column(kNumber, values, 10);
    EXPECT_LE(column.value_bins, 10U);
    EXPECT_GE(column.value_bins, 5U);
    EXPECT_EQ(column.bin_of(0), 0);
}

TEST(TrainingSet, CategoriesAreTheirOwnBins) {
    // Goal: a category's bin is its index, the missing one's is behind the last.
    const Feature carrier{"Carrier", FeatureKind::categorical, {"AA", "B6", "UA"}};
    const BinnedColumn column = bin_column(carrier, std::vector<float>{2, kNan, 0}, 256);
    EXPECT_EQ(column.kind, FeatureKind::categorical);
    EXPECT_EQ(column.value_bins, 3U);
    EXPECT_THAT(bins_of(column), ElementsAre(2, 3, 0));
}

TEST(TrainingSet, TakesAByteARowWhereThatIsEnough) {
    // Goal: 255 bins and the missing one have bytes, one more has 16 bits; the bins are the same.
    std::vector<float> values;
    for (int i = 0; i < 2'000; ++i) values.push_back(static_cast<float>(i % 256));
    const BinnedColumn narrow = bin_column(kNumber, std::span(values).first(255), 300);
    const BinnedColumn wide = bin_column(kNumber, values, 300);
    EXPECT_TRUE(std::holds_alternative<std::vector<std::uint8_t>>(narrow.bins));
    EXPECT_TRUE(std::holds_alternative<std::vector<std::uint16_t>>(wide.bins));
    EXPECT_EQ(wide.bin_of(1'999), 1'999 % 256);
    EXPECT_EQ(narrow.bin_of(254), 254);
}

}  // namespace
}  // namespace flightcast::train
