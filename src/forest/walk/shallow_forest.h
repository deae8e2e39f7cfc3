// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "forest/walk/outcome_words.h"

namespace flightcast::forest::walk {

// A forest, taken apart into splits and leaves by their places (see WordSplit).
template <typename Value, typename LeafValue>
struct PlacedForest {
    struct PlacedLeaf {
        std::size_t tree = 0;
        std::uint32_t place = 1;
        LeafValue leaf;
    };

    std::size_t trees = 0;
    std::vector<WordSplit<Value>> splits;
    std::vector<PlacedLeaf> leaves;
};

struct ChildNodes {
    std::uint32_t left = 0;
    std::uint32_t right = 0;
};

// How deep a place lies below the root.
[[nodiscard]] constexpr std::size_t depth_of_place(std::uint32_t place) {
    return static_cast<std::size_t>(std::bit_width(place)) - 1;
}

// Takes trees apart, each from its root downwards. `look(tree, place, node, placed)` adds a leaf to
// `placed` and gives nothing, or adds a split and gives its children. Nothing when a tree is too
// deep for tables.
template <typename Value, typename LeafValue, typename Look>
[[nodiscard]] std::optional<PlacedForest<Value, LeafValue>> place_trees(
    std::span<const std::uint32_t> roots, const Look& look
) {
    struct Visit {
        std::uint32_t node;
        std::uint32_t place;
    };
    PlacedForest<Value, LeafValue> placed{.trees = roots.size(), .splits = {}, .leaves = {}};
    std::vector<Visit> visits;
    for (std::size_t tree = 0; tree < roots.size(); ++tree) {
        visits.push_back({roots[tree], 1});
        while (!visits.empty()) {
            const auto [node, place] = visits.back();
            visits.pop_back();
            if (depth_of_place(place) > OutcomeWords<Value>::kDepthMax) return std::nullopt;
            const std::optional<ChildNodes> children = look(tree, place, node, placed);
            if (!children) continue;
            visits.push_back({children->left, 2 * place});
            visits.push_back({children->right, 2 * place + 1});
        }
    }
    return placed;
}

// Shallow trees that are scored by tables: the outcome words and, by tree and number, the leaves.
//
// Thread-safety: any thread may call const members.
template <typename Value, typename LeafValue>
class ShallowForest {
  public:
    // Nothing when a tree is too deep, or the tables would be too large.
    [[nodiscard]] static std::optional<ShallowForest> make(
        const PlacedForest<Value, LeafValue>& placed
    ) {
        std::size_t depth = 0;
        for (const auto& leaf : placed.leaves) depth = std::max(depth, depth_of_place(leaf.place));
        if (depth > OutcomeWords<Value>::kDepthMax) return std::nullopt;
        auto words = OutcomeWords<Value>::make(placed.trees, depth, placed.splits);
        if (!words || words->padded_trees() > kNumbersMax) return std::nullopt;
        return ShallowForest(*std::move(words), depth, placed);
    }

    // For each row and each tree, in their order, calls `add` with the row's sum and the leaf that
    // it reaches. REQUIRES: `rows` has `width` values, one per feature, for each of `sums`.
    template <typename Sum, typename Add>
    void add_leaves(
        std::span<const Value> rows,
        std::size_t width,
        std::span<Sum> sums,
        Instructions instructions,
        const Add& add
    ) const {
        std::array<std::uint32_t, kNumbersMax> numbers;
        const std::size_t stride = words_.padded_trees();
        const std::size_t block = kNumbersMax / stride;
        for (std::size_t first = 0; first < sums.size(); first += block) {
            const std::size_t count = std::min(block, sums.size() - first);
            const auto block_rows = rows.subspan(first * width, count * width);
            words_.find_leaves(block_rows, width, numbers, instructions);
            for (std::size_t i = 0; i < count; ++i) {
                const LeafValue* tree_leaves = leaves_.data();
                for (std::size_t tree = 0; tree < trees_; ++tree) {
                    add(sums[first + i], tree_leaves[numbers[i * stride + tree]]);
                    tree_leaves += words_.leaves_per_tree();
                }
            }
        }
    }

  private:
    // How many leaf numbers are kept on the stack: those of one row of the largest forest, or of a
    // few rows of a smaller one.
    static constexpr std::size_t kNumbersMax = 1'024;

    // A leaf above the lowest level stands for all that would be below it.
    ShallowForest(
        OutcomeWords<Value> words, std::size_t depth, const PlacedForest<Value, LeafValue>& placed
    )
        : words_(std::move(words)), trees_(placed.trees) {
        leaves_.resize(trees_ * words_.leaves_per_tree());
        for (const auto& [tree, place, leaf] : placed.leaves) {
            const std::size_t below = depth - depth_of_place(place);
            const std::size_t number = (std::size_t{place} << below) - words_.leaves_per_tree();
            const auto first =
                static_cast<std::ptrdiff_t>(tree * words_.leaves_per_tree() + number);
            std::fill_n(leaves_.begin() + first, std::size_t{1} << below, leaf);
        }
    }

    OutcomeWords<Value> words_;
    std::size_t trees_;
    std::vector<LeafValue> leaves_;
};

}  // namespace flightcast::forest::walk
