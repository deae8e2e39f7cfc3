// SPDX-License-Identifier: Apache-2.0
//
// Floating point addition is not associative: sums run in the order of Spark's code (trees, then
// classes), so that every result has the same bits as Spark's.
#include "forest/spark_forest.h"

#include <cmath>

namespace flightcast::forest {
namespace {

bool is_category(double value, std::uint32_t categories) {
    return value >= 0 && value < static_cast<double>(categories) && value == std::floor(value);
}

double sum_of(const ClassShares& parts) {
    double sum = 0;
    for (const double part : parts) sum += part;
    return sum;
}

}  // namespace

bool spark_goes_left(const SparkForest& forest, const SparkNode& node, double value) {
    if (node.categories == 0) return value <= node.threshold;
    if (!is_category(value, node.categories)) return node.others_left != 0;
    const auto category = static_cast<std::uint32_t>(value);
    return ((forest.sets[node.payload + category / 32] >> (category % 32)) & 1U) != 0;
}

ClassShares spark_leaf_shares(const SparkLeaf& leaf) {
    const double total = sum_of(leaf);
    ClassShares shares{};
    for (std::size_t c = 0; c < kClassCount; ++c) shares[c] = leaf[c] / total;
    return shares;
}

std::string_view to_string(SparkMode mode) {
    return mode == SparkMode::corrected ? "corrected" : "as-deployed";
}

ClassShares spark_votes(const SparkForest& forest, std::span<const double> row) {
    ClassShares votes{};
    for (const std::uint32_t root : forest.roots) {
        const SparkNode* node = &forest.nodes[root];
        while (node->left != 0) {
            const bool left = spark_goes_left(forest, *node, row[node->feature]);
            node = &forest.nodes[left ? node->left : node->right];
        }
        add_spark_votes(votes, spark_leaf_shares(forest.leaves[node->payload]));
    }
    return votes;
}

ClassShares spark_probabilities(const ClassShares& votes) {
    const double total = sum_of(votes);
    ClassShares probabilities{};
    for (std::size_t c = 0; c < kClassCount; ++c) probabilities[c] = votes[c] / total;
    return probabilities;
}

ClassShares spark_walk(const SparkForest& forest, std::span<const double> row) {
    return spark_probabilities(spark_votes(forest, row));
}

}  // namespace flightcast::forest
