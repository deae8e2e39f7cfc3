// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "forest/forest.h"
#include "forest/schema.h"
#include "forest/walk/leaf_sums.h"

namespace flightcast::forest::walk {

// One side of a decision, prepared once per row: a node's payload goes right
// when bit `shift` of (payload - minus) is set. For a number that is the sign
// of threshold - value; for a category the bit of a set; a missing value makes
// it the sign of a constant.
struct DecisionSlot {
    std::int64_t minus = 0;
    std::uint32_t shift = 0;
    std::uint32_t word = 0;  // of a large set: which word; else kNoWord
};

// An answer, and by how much each feature moved the share of its class. `base` and the
// changes are whole numbers, which add up exactly to the class's part of `total`.
struct Explanation {
    ClassShares shares{};
    std::size_t of_class = 0;           // the one with the largest share; of several the first
    std::int64_t base = 0;              // before anything is known
    std::int64_t total = 0;             // of all classes
    std::vector<std::int64_t> changes;  // by feature
};

// A forest of any depth as it is walked to serve: eight bytes a node, the same
// few instructions for every kind of split, missing value and leaf, without a
// branch that could be mispredicted. Several walks go on at once, so that the
// loads of one hide behind those of the others: of one row through several
// trees, or, when there are many rows, of several rows through one tree, whose
// nodes then stay in the nearest cache.
//
// Thread-safety: any thread may call const members.
class PackedForest {
  public:
    // REQUIRES: `forest` passed check() with `schema`.
    PackedForest(const Forest& forest, const Schema& schema);

    // REQUIRES: `row` has one value per feature; a category is one of the
    // schema's, or NaN.
    [[nodiscard]] LeafSums sum_leaves(std::span<const float> row) const;

    // The same for rows that lie one behind the other; appends nothing else.
    // REQUIRES: `rows` has one value per feature for each of `sums`.
    void sum_leaves(std::span<const float> rows, std::span<LeafSums> sums) const;

    // Whether answers can be explained: whether the forest knows the rows of its leaves.
    [[nodiscard]] bool can_explain() const { return !node_shares_.front().empty(); }

    // Scores `row`, and explains the score. Each split changes the share of a class among the
    // training rows that got as far; the change is the doing of the feature that was asked (A.
    // Saabas, "Interpreting random forests", 2014). REQUIRES: can_explain(); `row` as above.
    [[nodiscard]] Explanation explain(std::span<const float> row) const;

  private:
    struct Tree {
        std::uint32_t root = 0;
        std::uint32_t depth = 0;  // steps to its lowest leaf
    };

    static constexpr std::size_t kWalks = 8;         // at once
    using Step = std::array<std::uint32_t, kWalks>;  // the nodes where they are

    void add_node(const Node& node);
    void fill_shares(const Forest& forest);
    template <bool large_sets, typename Note>
    void walk_down(const DecisionSlot* slots, Step& at, Note note) const;
    template <bool large_sets>
    Step* follow(const DecisionSlot* slots, Step& at, Step* path) const;
    [[nodiscard]] std::vector<std::int64_t> book(
        std::span<const Step> path, std::size_t of_class
    ) const;
    void prepare(const float* row, DecisionSlot* slots) const;
    template <bool large_sets>
    [[nodiscard]] std::uint32_t step(std::uint32_t at, const DecisionSlot* slots) const;
    template <bool large_sets>
    [[nodiscard]] LeafSums sum_row(const DecisionSlot* slots) const;
    template <bool large_sets>
    void sum_block(
        const Tree& tree, std::span<const DecisionSlot> slots, std::span<LeafSums> sums
    ) const;
    [[nodiscard]] const Leaf& leaf_at(std::uint32_t at) const;

    enum class Kind : std::uint8_t { numeric, small_set, large_set };

    std::vector<Kind> kinds_;           // of each feature
    std::size_t slots_ = 0;             // of a row: two per feature, and one for leaves
    bool has_large_sets_ = false;       // of more categories than a payload has bits
    std::vector<Tree> trees_;           // by depth, so that neighbours end together
    std::vector<std::uint64_t> nodes_;  // payload; child in 24 bits; slot in 8
    std::vector<Leaf> leaves_;
    std::vector<std::uint32_t> sets_;  // the large ones

    // Of each class, of each node: the share of the training rows that reach it; empty when
    // unknown. By class, because an answer is explained for one, and a quarter stays in a nearer
    // cache.
    std::array<std::vector<std::uint16_t>, kClassCount> node_shares_;
    std::size_t path_max_ = 0;  // steps of the walks of one row
};

}  // namespace flightcast::forest::walk
