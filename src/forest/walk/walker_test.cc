// SPDX-License-Identifier: Apache-2.0
#include "forest/walk/walker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "forest/bundle_testing.h"
#include "forest/spark_testing.h"
#include "forest/walk/spark_walker.h"

namespace flightcast::forest::walk {
namespace {

constexpr std::array kInstructions = {Instructions::portable, Instructions::avx2};

// The ones that this machine has.
std::vector<Instructions> instructions_here() {
    std::vector<Instructions> found;
    for (const Instructions each : kInstructions) {
        if (each <= best_instructions()) found.push_back(each);
    }
    return found;
}

// The largest number of splits that a round of comparisons draws, and its number of rows.
constexpr std::array<std::size_t, 6> kSplitsMax = {0, 1, 3, 8, 40, 300};
constexpr std::size_t kRows = 75;  // not a multiple of the rows walked at once
constexpr int kRounds = 12;

Schema make_numeric_schema() {
    Schema schema;
    for (int i = 0; i < 5; ++i) {
        schema.features.push_back({"N" + std::to_string(i), FeatureKind::numeric, {}});
    }
    return schema;
}

// All rows at once and one by one.
template <typename AnyWalker, typename Value>
void expect_scores(
    const AnyWalker& walker,
    const std::vector<Value>& rows,
    const std::vector<ClassShares>& expected
) {
    const std::size_t width = rows.size() / expected.size();
    ASSERT_EQ(walker.score_rows(rows), expected);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_EQ(walker.score(std::span(rows).subspan(i * width, width)), expected[i]);
    }
}

TEST(Walker, GivesTheBitsOfThePlainWalk) {
    // Goal: one row and many, tables and walks, every instruction set: all equal to the plain walk
    // on random forests, with missing values, ties, infinities and sets of every size.
    constexpr std::uint64_t kSeed = 20150401;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    std::array<int, 2> shallow{};
    for (int round = 0; round < kRounds; ++round) {
        for (const std::size_t splits_max : kSplitsMax) {
            const Schema schema = round % 3 == 0 ? make_numeric_schema() : make_wide_schema();
            const Forest forest = make_random_forest(schema, random, splits_max);
            ASSERT_TRUE(check(forest, schema));
            std::vector<float> rows;
            std::vector<ClassShares> expected;
            for (std::size_t i = 0; i < kRows; ++i) {
                const std::vector<float> row = make_random_row(schema, random);
                rows.insert(rows.end(), row.begin(), row.end());
                expected.push_back(score_plainly(forest, schema, row));
            }
            for (const Instructions instructions : instructions_here()) {
                const Walker walker(forest, schema, instructions);
                ++shallow[walker.is_shallow() ? 1 : 0];
                expect_scores(walker, rows, expected);
            }
            if (HasFatalFailure()) return;
        }
    }
    EXPECT_GT(shallow[0], 0) << "no forest was deep";
    EXPECT_GT(shallow[1], 0) << "no forest was shallow";
}

// A tree that asks the same of the first feature again and again; every right child is a leaf.
void add_chain(Forest& forest, float threshold, std::size_t splits) {
    const std::size_t root = forest.nodes.size();
    forest.roots.push_back(static_cast<std::uint32_t>(root));
    forest.nodes.emplace_back();
    for (std::size_t split = 0, at = root; split < splits; ++split) {
        Node node{};
        node.payload = std::bit_cast<std::uint32_t>(threshold);
        node.first_child = static_cast<std::uint32_t>(forest.nodes.size()) & 0xFF'FFFFU;
        node.missing_right = 1;
        forest.nodes[at] = node;
        at = forest.nodes.size();
        forest.nodes.resize(at + 2);
    }
    for (std::size_t at = root; at < forest.nodes.size(); ++at) {
        if (forest.nodes[at].first_child != 0) continue;
        forest.nodes[at].payload = static_cast<std::uint32_t>(forest.leaves.size());
        const auto share = static_cast<std::uint16_t>(1 + forest.leaves.size() * 7);
        forest.leaves.push_back({share, 1, 2, 3});
    }
}

// The threshold, its neighbours, and values far from every threshold.
std::array<float, 7> values_around(float threshold) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    return {
        threshold,
        std::nextafter(threshold, kInfinity),
        std::nextafter(threshold, -kInfinity),
        -threshold,
        kInfinity,
        -kInfinity,
        NAN,
    };
}

void expect_plain_scores_around(
    std::span<const float> thresholds,
    const Walker& walker,
    const Forest& forest,
    const Schema& schema
) {
    for (const float threshold : thresholds) {
        for (const float value : values_around(threshold)) {
            const std::vector<float> row = {value, 0, 0, 0, 0};
            EXPECT_EQ(walker.score(row), score_plainly(forest, schema, row)) << value;
        }
    }
}

TEST(Walker, KeepsToTheEdgesOfThresholds) {
    // Goal: neighbours of thresholds, both zeros, the largest numbers and those too small for a
    // normal float go where the plain walk sends them, by tables and by walks.
    const std::array thresholds = {-0.0F, 0.0F, 1e-45F, -1e-45F, 3.4e38F, -3.4e38F, 1.0F, 1.5F};
    const Schema schema = make_numeric_schema();
    for (const bool deep : {false, true}) {
        Forest forest;
        for (const float threshold : thresholds) add_chain(forest, threshold, deep ? 9 : 1);
        const auto checked = check(forest, schema);
        ASSERT_TRUE(checked) << checked.error().detail;
        for (const Instructions instructions : instructions_here()) {
            const Walker walker(forest, schema, instructions);
            EXPECT_EQ(walker.is_shallow(), !deep);
            expect_plain_scores_around(thresholds, walker, forest, schema);
        }
    }
}

// The share of one class among the training rows below `node`, in units, by adding up its leaves.
double share_below(const Forest& forest, std::uint32_t node, std::size_t of_class, double& rows) {
    const Node& here = forest.nodes[node];
    if (here.first_child == 0) {
        rows = forest.leaf_rows[here.payload];
        return forest.leaves[here.payload][of_class];
    }
    double left_rows = 0;
    double right_rows = 0;
    const double left = share_below(forest, here.first_child, of_class, left_rows);
    const double right = share_below(forest, here.first_child + 1U, of_class, right_rows);
    rows = left_rows + right_rows;
    return (left * left_rows + right * right_rows) / rows;
}

struct BookedChanges {
    std::vector<double> of_features;
    std::size_t steps = 1;
};

// Books on each feature by how much the class's share changes along the decision paths.
BookedChanges book_plainly(
    const Forest& forest, const Schema& schema, std::span<const float> row, std::size_t of_class
) {
    BookedChanges booked{.of_features = std::vector<double>(schema.features.size())};
    double rows = 0;
    for (std::uint32_t at : forest.roots) {
        while (forest.nodes[at].first_child != 0) {
            const Node& node = forest.nodes[at];
            const Feature& feature = schema.features[node.feature];
            const bool right = goes_right(forest, node, feature, row[node.feature]);
            const std::uint32_t next = node.first_child + (right ? 1U : 0U);
            booked.of_features[node.feature] +=
                share_below(forest, next, of_class, rows) - share_below(forest, at, of_class, rows);
            at = next;
            ++booked.steps;
        }
    }
    return booked;
}

TEST(Walker, ExplainsItsScores) {
    // Goal: the score is the plain one, of its largest class; base and changes add up to that share
    // exactly, in whole units; each feature's change is what a plain walk over the shares of nodes
    // books on it, to rounding.
    constexpr std::uint64_t kSeed = 9;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    const Schema schema = make_wide_schema();
    for (const std::size_t splits_max : kSplitsMax) {
        const Forest forest = make_random_forest(schema, random, splits_max);
        const Walker walker(forest, schema);
        for (std::size_t round = 0; round < 20; ++round) {
            const std::vector<float> row = make_random_row(schema, random);
            const Explanation explanation = walker.explain(row);
            EXPECT_EQ(explanation.shares, score_plainly(forest, schema, row));
            const auto largest = std::ranges::max_element(explanation.shares);
            EXPECT_EQ(
                largest - explanation.shares.begin(),
                static_cast<std::ptrdiff_t>(explanation.of_class)
            );
            std::int64_t sum = explanation.base;
            for (const std::int64_t change : explanation.changes) sum += change;
            EXPECT_EQ(static_cast<double>(sum) / static_cast<double>(explanation.total), *largest);
            const BookedChanges booked = book_plainly(forest, schema, row, explanation.of_class);
            const std::vector<double>& expected = booked.of_features;
            ASSERT_EQ(explanation.changes.size(), expected.size());
            for (std::size_t i = 0; i < expected.size(); ++i) {
                // A node's share is rounded, and so are those that it is made of.
                EXPECT_NEAR(
                    static_cast<double>(explanation.changes[i]),
                    expected[i],
                    static_cast<double>(20 * booked.steps)
                );
            }
        }
    }
}

TEST(Walker, SaysWhenItCannotExplain) {
    // Goal: forests of the first format, which lack the rows of leaves, score but explain nothing.
    const Bundle bundle = make_small_bundle();
    ASSERT_TRUE(bundle.forest.leaf_rows.empty());
    const Walker walker(bundle.forest, bundle.schema);
    EXPECT_FALSE(walker.can_explain());
    Forest knowing = bundle.forest;
    knowing.leaf_rows = {100, 50, 50};
    const Walker explainer(knowing, bundle.schema);
    // By hand: class 3 has 65535 units in its leaf, (16383 + 65535) / 2 above it, and with half of
    // the rows on the other side half of that at the root.
    ASSERT_TRUE(explainer.can_explain());
    const Explanation explanation = explainer.explain(std::vector<float>{50, 2});
    EXPECT_EQ(explanation.of_class, 3);
    EXPECT_EQ(explanation.base, 20'480);
    EXPECT_EQ(explanation.changes, (std::vector<std::int64_t>{20'479, 24'576}));
    EXPECT_EQ(explanation.total, 65'535);
}

TEST(SparkWalker, GivesTheBitsOfTheSparkWalk) {
    // Goal: as for our own forests, with Spark's odd values: fractions, negative and large
    // categories, -0.0; splits on one feature may differ in their number of categories.
    constexpr std::uint64_t kSeed = 353;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    const Schema schema = make_spark_schema();
    const std::size_t width = schema.features.size();
    std::array<int, 2> shallow{};
    for (int round = 0; round < kRounds; ++round) {
        for (const std::size_t splits_max : kSplitsMax) {
            const SparkForest forest = make_random_spark_forest(schema, random, splits_max);
            ASSERT_TRUE(check(forest, schema));
            std::vector<double> rows;
            std::vector<ClassShares> expected;
            for (std::size_t i = 0; i < kRows; ++i) {
                const std::vector<double> row = make_random_spark_row(schema, random);
                rows.insert(rows.end(), row.begin(), row.end());
                expected.push_back(spark_walk(forest, row));
            }
            for (const Instructions instructions : instructions_here()) {
                const SparkWalker walker(forest, width, instructions);
                ++shallow[walker.is_shallow() ? 1 : 0];
                expect_scores(walker, rows, expected);
            }
            if (HasFatalFailure()) return;
        }
    }
    EXPECT_GT(shallow[0], 0) << "no forest was deep";
    EXPECT_GT(shallow[1], 0) << "no forest was shallow";
}

}  // namespace
}  // namespace flightcast::forest::walk
