// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/limits.h"

namespace flightcast::forest::walk {

// Which instructions a fast path may use. `portable` runs everywhere and gives
// the same results.
enum class Instructions { portable, avx2 };

// The best that this machine has.
[[nodiscard]] Instructions best_instructions();

// One split of a shallow tree. Where values go is asked of `goes_right` once
// per kind of value, when the tables are made; so the rules of a forest are
// written down in one place, its plain walk.
template <typename Value>
struct WordSplit {
    std::size_t tree = 0;
    std::uint32_t place = 1;  // the root is 1, the children of place p are 2p (left) and 2p + 1
    std::size_t feature = 0;
    Value threshold = 0;         // of a numeric split: larger values go elsewhere
    std::size_t categories = 0;  // of a categorical split: how many there are; 0 for a numeric one
    std::function<bool(Value)> goes_right;
};

// Finds the leaves of shallow trees without walking from node to node. Every
// value of a feature falls into a bin: between two neighbouring thresholds of
// that feature, or a category, or "neither" (missing, unknown). Of each bin a
// table has, for each tree, one word with the outcomes of all of the tree's
// splits on that feature. Or-ing the words of a row's bins gives every outcome
// of a tree at once, and its leaf is found by following bits. (Unlike
// QuickScorer there are no false-node masks: the bits are the decisions
// themselves.)
//
// `Value` is float or double.
//
// Thread-safety: any thread may call const members.
template <typename Value>
class OutcomeWords {
  public:
    static constexpr std::size_t kDepthMax = 5;  // places 1 .. 31 are the bits of a word

    // Nothing when the tables would not stay in a cache, there are too many features, or
    // one has numeric splits and categorical ones. REQUIRES: depth <= kDepthMax.
    [[nodiscard]] static std::optional<OutcomeWords> make(
        std::size_t trees, std::size_t depth, std::span<const WordSplit<Value>> splits
    );

    // Trees rounded up to how many are done at once.
    [[nodiscard]] std::size_t padded_trees() const { return stride_; }

    // Leaves of each tree, counted along the lowest level; a leaf above it has
    // several numbers.
    [[nodiscard]] std::size_t leaves_per_tree() const { return std::size_t{1} << depth_; }

    // For each row and each tree the number of the leaf that it reaches: padded_trees() numbers for
    // the first row, as many for the next. REQUIRES: `rows` has `width` values for each row, one
    // per feature; `leaves` has room.
    void find_leaves(
        std::span<const Value> rows,
        std::size_t width,
        std::span<std::uint32_t> leaves,
        Instructions instructions
    ) const;

  private:
    struct Numeric {
        std::size_t feature = 0;
        std::size_t thresholds = 0;  // index of the first; there are 2^steps - 1, rising
        std::size_t steps = 0;
        std::size_t words = 0;    // index of those of bin 0
        std::size_t missing = 0;  // of those of NaN
    };
    struct Categorical {
        std::size_t feature = 0;
        std::size_t categories = 0;
        std::size_t words = 0;  // index of those of category 0; behind the last: of no category
    };
    using RowWords = std::array<const std::uint32_t*, base::limits::kModelFeaturesMax>;

    void add_numeric(std::span<const WordSplit<Value>> splits, std::span<const Value> thresholds);
    void add_categorical(std::span<const WordSplit<Value>> splits);
    std::size_t add_bin(std::span<const WordSplit<Value>> splits, Value value);
    template <std::size_t row_count>
    void find_bins(std::span<const Value> rows, std::array<RowWords, row_count>& words) const;
    template <std::size_t row_count>
    void find(std::span<const Value> rows, std::uint32_t* leaves) const;
    void find_all(std::span<const Value> rows, std::size_t width, std::uint32_t* leaves) const;
    void find_portably(std::span<const Value> rows, std::size_t width, std::uint32_t* leaves) const;
    void find_with_avx2(
        std::span<const Value> rows, std::size_t width, std::uint32_t* leaves
    ) const;

    std::size_t stride_ = 0;  // words of a bin
    std::size_t depth_ = 0;
    std::vector<Numeric> numeric_;
    std::vector<Categorical> categorical_;
    std::vector<Value> thresholds_;
    std::vector<std::uint32_t> words_;
};

}  // namespace flightcast::forest::walk
