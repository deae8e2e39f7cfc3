// SPDX-License-Identifier: Apache-2.0
#include "forest/spark_forest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "forest/spark_forest_file.h"
#include "forest/spark_testing.h"

namespace flightcast::forest {
namespace {

using base::Errc;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

SparkForest small_forest() {
    return make_small_spark_bundle(SparkMode::as_deployed).spark->forest;
}

Schema small_schema() {
    return make_small_spark_bundle(SparkMode::as_deployed).schema;
}

// A forest of one categorical split of feature 0: left is class 1, right class 2.
SparkForest one_split(std::uint32_t categories, const std::vector<std::uint32_t>& left) {
    SparkForest forest{
        .roots = {0},
        .nodes =
            {{.left = 1, .right = 2, .categories = categories}, {.payload = 0}, {.payload = 1}},
        .leaves = {{0, 1, 0, 0}, {0, 0, 1, 0}},
        .sets = {0, 0},
    };
    for (const std::uint32_t category : left) forest.sets[category / 32] |= 1U << (category % 32);
    forest.nodes[0].others_left = others_go_left(left.size(), categories) ? 1 : 0;
    return forest;
}

bool goes_left(const SparkForest& forest, double value) {
    const std::vector<double> row = {value};
    return spark_votes(forest, row)[1] == 1;
}

TEST(SparkForest, NumericSplitsCompareDoubles) {
    // Goal: a value equal to the threshold goes left, the next double and NaN go right.
    const SparkForest forest = small_forest();
    for (const double left : {10.5, std::nextafter(10.5, 0.0), -kInfinity, -1e308, 0.0, -0.0}) {
        const std::vector<double> row = {left, 0, 0};
        EXPECT_EQ(spark_votes(forest, row)[0], 0.25 + 0.25) << left;
    }
    for (const double right : {std::nextafter(10.5, 11.0), kInfinity, kNan}) {
        const std::vector<double> row = {right, 0, 0};
        EXPECT_EQ(spark_votes(forest, row)[0], 0.0 + 0.25) << right;
    }
}

TEST(SparkForest, WhatIsNoCategoryGoesToTheLargerSide) {
    // Goal: known categories follow the set; NaN, fractions, negative and too large ones go right
    // when the left side is the smaller (or half), left otherwise.
    const SparkForest small_left = one_split(5, {1, 2});
    const SparkForest half_left = one_split(4, {1, 2});
    const SparkForest large_left = one_split(5, {1, 2, 4});
    const SparkForest two_words = one_split(40, {1, 39});
    EXPECT_TRUE(goes_left(small_left, 1));
    EXPECT_FALSE(goes_left(small_left, 0));
    EXPECT_FALSE(goes_left(small_left, -0.0));
    EXPECT_TRUE(goes_left(one_split(5, {0}), -0.0));
    EXPECT_TRUE(goes_left(large_left, 4));
    EXPECT_FALSE(goes_left(large_left, 3));
    EXPECT_TRUE(goes_left(two_words, 39));
    EXPECT_FALSE(goes_left(two_words, 38));
    for (const double other : {kNan, 1.5, -1.0, 5.0, 40.0, 5e9, 1e300, kInfinity, -kInfinity}) {
        EXPECT_FALSE(goes_left(small_left, other)) << other;
        EXPECT_FALSE(goes_left(half_left, other)) << other;
        EXPECT_TRUE(goes_left(large_left, other)) << other;
        EXPECT_FALSE(goes_left(two_words, other == 5.0 ? 40.0 : other)) << other;
    }
}

TEST(SparkForest, VotesAreSharesAndProbabilitiesTheirShares) {
    // Goal: each tree votes with its leaf's shares; probabilities are votes by their sum.
    const std::vector<double> row = {11, 6, 2};
    EXPECT_EQ(spark_votes(small_forest(), row), (ClassShares{0, 1.1, 0.6, 0.3}));
    const ClassShares walked = spark_walk(small_forest(), row);
    const double total = ((0.0 + 1.1) + 0.6) + 0.3;
    EXPECT_EQ(walked, (ClassShares{0 / total, 1.1 / total, 0.6 / total, 0.3 / total}));
}

using Damage = std::function<void(SparkForest&)>;

TEST(SparkForest, ChecksFindEveryKindOfDamage) {
    // Goal: a forest whose walk would leave its tables, or not end, is refused by name.
    ASSERT_TRUE(check(small_forest(), small_schema()));
    const std::vector<std::pair<Damage, const char*>> cases = {
        {[](SparkForest& f) { f.roots.clear(); }, "no tree"},
        {[](SparkForest& f) { f.roots[1] = 8; }, "wrong root"},
        {[](SparkForest& f) { f.roots[1] = 0; }, "wrong root"},
        {[](SparkForest& f) { f.nodes[4].left = 4; }, "a child before itself"},
        {[](SparkForest& f) { f.nodes[4].right = 0; }, "a child before itself"},
        {[](SparkForest& f) { f.nodes[4].right = 8; }, "a child that is not there"},
        {[](SparkForest& f) { f.nodes[4].left = 6; }, "a child of another node"},
        {[](SparkForest& f) { f.nodes[0].right = 5; }, "a child of another node"},
        {[](SparkForest& f) { f.nodes[0].feature = 3; }, "an unknown feature"},
        {[](SparkForest& f) { f.nodes[0].threshold = kNan; }, "no threshold"},
        {[](SparkForest& f) { f.nodes[0].others_left = 1; }, "stray values"},
        {[](SparkForest& f) { f.nodes[1].threshold = 1; }, "stray values"},
        {[](SparkForest& f) { f.nodes[1].payload = 5; }, "a leaf that is not there"},
        {[](SparkForest& f) { f.nodes[3].payload = 1; }, "a category set that is not there"},
        {[](SparkForest& f) { f.nodes[3].categories = 33; }, "a category set that is not there"},
        {[](SparkForest& f) { f.nodes[3].others_left = 1; }, "the wrong side"},
        {[](SparkForest& f) { f.nodes[3].categories = 2; }, "a category beyond its last"},
        {[](SparkForest& f) { f.leaves[0] = {}; }, "no share"},
        {[](SparkForest& f) { f.leaves[0][1] = -1; }, "a negative count"},
        {[](SparkForest& f) { f.leaves[0][1] = kNan; }, "a negative count"},
        {[](SparkForest& f) { f.leaves[0][1] = kInfinity; }, "no share"},
    };
    for (const auto& [damage, message] : cases) {
        SparkForest damaged = small_forest();
        damage(damaged);
        const auto checked = check(damaged, small_schema());
        ASSERT_FALSE(checked) << message;
        EXPECT_EQ(checked.error().code, Errc::corrupt);
        EXPECT_THAT(checked.error().detail, HasSubstr(message));
    }
}

TEST(SparkForest, RandomForestsPassAndAnswerEveryRow) {
    // Goal: forests of the random generator are valid, and any row gets probabilities.
    base::SeededRandom random(11);
    const Schema schema = make_spark_schema();
    for (int round = 0; round < 50; ++round) {
        const SparkForest forest = make_random_spark_forest(schema, random);
        const auto checked = check(forest, schema);
        ASSERT_TRUE(checked) << checked.error().detail;
        const auto again = parse_spark_forest(serialize_spark_forest(forest), "f");
        ASSERT_TRUE(again) << again.error().detail;
        ASSERT_TRUE(*again == forest);
        const ClassShares shares = spark_walk(forest, make_random_spark_row(schema, random));
        EXPECT_NEAR(shares[0] + shares[1] + shares[2] + shares[3], 1, 1e-12);
    }
}

TEST(SparkForest, FileRefusesDamageAndNewerVersions) {
    // Goal: cut, flipped, foreign and newer files are told apart, by the name of the file.
    const std::vector<std::byte> whole = serialize_spark_forest(small_forest());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto cut = parse_spark_forest(std::span(whole).first(size), "s.bin");
        ASSERT_FALSE(cut) << size;
        EXPECT_EQ(cut.error().code, Errc::corrupt);
        EXPECT_THAT(cut.error().detail, StartsWith("s.bin is cut off; copy"));
    }
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        std::vector<std::byte> flipped = whole;
        flipped[bit / 8] ^= std::byte{1} << (bit % 8);
        ASSERT_FALSE(parse_spark_forest(flipped, "s.bin")) << bit;
    }
    std::vector<std::byte> newer = whole;
    newer[8] = std::byte{2};
    const auto parsed = parse_spark_forest(newer, "s.bin");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, Errc::unsupported);
    EXPECT_THAT(parsed.error().detail, HasSubstr("s.bin has format version 2, newer than 1"));
}

TEST(SparkForest, FileHasTheBytesOfVersion1) {
    // Goal: the format does not change unnoticed; the bytes follow spark_forest_file.h.
    const std::vector<std::byte> bytes = serialize_spark_forest(one_split(2, {1}));
    constexpr std::string_view kGolden =
        "4643535041524b46"
        "01000000"
        "04000000"
        "01000000"
        "03000000"
        "02000000"
        "02000000"
        "0000000000000000"
        "01000000"
        "02000000"
        "00000000"
        "00000000"
        "02000000"
        "00000000"
        "0000000000000000"
        "00000000"
        "00000000"
        "00000000"
        "00000000"
        "00000000"
        "00000000"
        "0000000000000000"
        "00000000"
        "00000000"
        "01000000"
        "00000000"
        "00000000"
        "00000000"
        "0000000000000000"
        "000000000000f03f"
        "0000000000000000"
        "0000000000000000"
        "0000000000000000"
        "0000000000000000"
        "000000000000f03f"
        "0000000000000000"
        "00000000"
        "02000000"
        "00000000";
    std::string hex;
    for (const std::byte byte : bytes) {
        hex += "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4U];
        hex += "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15U];
    }
    ASSERT_EQ(hex.size(), kGolden.size() + 8) << "and a checksum";
    EXPECT_EQ(hex.substr(0, kGolden.size()), kGolden);
}

}  // namespace
}  // namespace flightcast::forest
