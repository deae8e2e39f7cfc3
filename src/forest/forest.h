// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "forest/schema.h"

namespace flightcast::forest {

// A split, or a leaf when `first_child` is 0. The children of a split lie next
// to each other, left before right, behind their parent. A missing value (NaN)
// goes where `missing_right` says; else
//   numeric:      right when value > threshold;
//   categorical:  right when the bit of the category is set in the split's set.
struct Node {
    std::uint32_t payload;           // threshold (bits of a float), first word of the set, or leaf
    std::uint32_t first_child : 24;  // absolute index
    std::uint32_t feature : 7;
    std::uint32_t missing_right : 1;

    bool operator==(const Node&) const = default;
};
static_assert(sizeof(Node) == 8, "eight nodes per cache line; also the layout on disk");

inline constexpr std::size_t kNodesMax = std::size_t{1} << 24U;
static_assert(base::limits::kModelFeaturesMax <= 128, "a feature fits in Node::feature");

// The class shares of a leaf, in units of 1/65535 (rounded, so the sum may be
// off by a few).
using Leaf = std::array<std::uint16_t, kClassCount>;
inline constexpr std::uint32_t kLeafUnit = 65'535;

using ClassShares = std::array<double, kClassCount>;

// The trees of a model in three flat tables.
struct Forest {
    std::vector<std::uint32_t> roots;  // of each tree, index into `nodes`
    std::vector<Node> nodes;
    std::vector<Leaf> leaves;
    std::vector<std::uint32_t> sets;  // bits of the categories that go right, 32 to a word

    // Training rows that ended in each leaf, at least 1; a split has those of its leaves. Empty
    // in forests of before format version 2, whose answers cannot be explained.
    std::vector<std::uint32_t> leaf_rows;

    bool operator==(const Forest&) const = default;
};

// Words that the set of a categorical split takes.
[[nodiscard]] constexpr std::size_t set_words(std::size_t categories) {
    return (categories + 31) / 32;
}

// Checks that every walk through `forest` ends at a leaf and stays within its
// tables: indices, feature numbers, thresholds, sets, leaves. Fails with
// corrupt.
[[nodiscard]] base::Result<void> check(const Forest& forest, const Schema& schema);

// Where the split `node` sends `value`: the one place where the rules above are
// spelled out. The fast ways of scoring are made from it, or compared with it.
//
// REQUIRES: a category is one of the feature's, or NaN.
[[nodiscard]] bool goes_right(
    const Forest& forest, const Node& node, const Feature& feature, float value
);

// The average of the leaves that `row` reaches, scaled to sum 1: the plain
// walk, one tree after the other, one branch at a time. All other ways of
// scoring are compared with it.
//
// REQUIRES: `forest` passed check() with `schema`; `row` has one value per
// feature of `schema`.
[[nodiscard]] ClassShares score_plainly(
    const Forest& forest, const Schema& schema, std::span<const float> row
);

}  // namespace flightcast::forest
