// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "forest/forest.h"
#include "forest/schema.h"

namespace flightcast::forest {

// A split of a Spark tree, or a leaf when `left` is 0. Both children lie behind their parent.
//   numeric (`categories` is 0):  left when value <= threshold; NaN goes right.
//   categorical: a value that is a category, 0 .. categories - 1, goes left when its bit is set in
//     the split's set. Any other value (NaN, unseen, fractional, negative) goes left exactly when
//     others_go_left() says so.
struct SparkNode {
    double threshold = 0;
    std::uint32_t left = 0;     // absolute index
    std::uint32_t right = 0;    // absolute index
    std::uint32_t payload = 0;  // leaf: index into `leaves`; categorical: first word of its set
    std::uint32_t feature = 0;
    std::uint32_t categories = 0;   // that the feature had when the tree was grown
    std::uint32_t others_left = 0;  // of a categorical split: others_go_left() of its set, 0 or 1

    bool operator==(const SparkNode&) const = default;
};
static_assert(sizeof(SparkNode) == 32, "also the layout on disk");

// How many training rows of each class ended in a leaf, as Spark saved them; their sum is positive.
using SparkLeaf = std::array<double, kClassCount>;

// The trees of a saved Spark RandomForestClassificationModel, in its order.
struct SparkForest {
    std::vector<std::uint32_t> roots;  // of each tree, index into `nodes`
    std::vector<SparkNode> nodes;
    std::vector<SparkLeaf> leaves;
    std::vector<std::uint32_t> sets;  // bits of the categories that go left, 32 to a word

    bool operator==(const SparkForest&) const = default;
};

// How the requests' fields become the features of an imported Spark model.
enum class SparkMode {
    as_deployed,  // as the original job does: indices only if the request has them, Monday is 0
    corrected,    // as the model was trained: indices looked up, Monday is 1
};

[[nodiscard]] std::string_view to_string(SparkMode mode);

// A bundle's model in place of our own forest when it was imported from Spark.
struct SparkModel {
    SparkMode mode = SparkMode::as_deployed;
    std::string spark_version;  // of the Spark that saved it, "3.5.3"
    SparkForest forest;

    bool operator==(const SparkModel&) const = default;
};

// Where a categorical split sends the categories that it does not name. Spark keeps the smaller
// side of a split, and every other category goes to the other side.
[[nodiscard]] constexpr bool others_go_left(std::size_t left_categories, std::size_t categories) {
    return left_categories > categories / 2;
}

// Checks that every walk through `forest` ends at a leaf and stays within its tables, for rows of
// as many features as `schema` has. Fails with corrupt.
[[nodiscard]] base::Result<void> check(const SparkForest& forest, const Schema& schema);

// Where the split `node` sends `value`.
[[nodiscard]] bool spark_goes_left(const SparkForest& forest, const SparkNode& node, double value);

// The vote of a leaf: its rows of each class, divided by their sum.
[[nodiscard]] ClassShares spark_leaf_shares(const SparkLeaf& leaf);

// Adds the vote of one tree.
inline void add_spark_votes(ClassShares& votes, const ClassShares& leaf_shares) {
    for (std::size_t c = 0; c < kClassCount; ++c) votes[c] += leaf_shares[c];
}

// Spark's rawPrediction for one row: the class shares of the leaves that it reaches, added in the
// order of the trees, one tree after the other.
//
// REQUIRES: `forest` passed check(); `row` has one value per feature, NaN where one is missing.
[[nodiscard]] ClassShares spark_votes(const SparkForest& forest, std::span<const double> row);

// Spark's probability: the votes, each divided by their sum.
[[nodiscard]] ClassShares spark_probabilities(const ClassShares& votes);

// Both steps: the same 64 bits as Spark for every class.
[[nodiscard]] ClassShares spark_walk(const SparkForest& forest, std::span<const double> row);

}  // namespace flightcast::forest
