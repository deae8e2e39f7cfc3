// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forest/forest.h"
#include "forest/schema.h"
#include "forest/walk/outcome_words.h"
#include "forest/walk/packed_forest.h"
#include "forest/walk/shallow_forest.h"

namespace flightcast::forest::walk {

// A forest as it serves. Shallow ones are answered by tables (shallow_forest.h), all others by many
// walks at once (packed_forest.h). Gives exactly the score of score_plainly: leaves are added as
// integers, so their order does not matter.
//
// Thread-safety: any thread may call const members.
class Walker {
  public:
    // REQUIRES: `forest` passed check() with `schema`. Keeps nothing of either.
    Walker(const Forest& forest, const Schema& schema, Instructions instructions);
    Walker(const Forest& forest, const Schema& schema)
        : Walker(forest, schema, best_instructions()) {}

    // REQUIRES: `row` has one value per feature; a category is one of the schema's, or NaN.
    [[nodiscard]] ClassShares score(std::span<const float> row) const;

    // The shares of `rows`, which lie one behind the other. REQUIRES: as above.
    [[nodiscard]] std::vector<ClassShares> score_rows(std::span<const float> rows) const;

    // Whether the forest knows the rows of its leaves, without which nothing can be explained.
    [[nodiscard]] bool can_explain() const { return packed_ && packed_->can_explain(); }

    // The score of `row` and its explanation. REQUIRES: can_explain(); `row` as above.
    [[nodiscard]] Explanation explain(std::span<const float> row) const;

    // Whether it is answered by tables.
    [[nodiscard]] bool is_shallow() const { return shallow_.has_value(); }

  private:
    void sum_leaves(std::span<const float> rows, std::span<LeafSums> sums) const;

    Instructions instructions_;
    std::size_t features_;
    std::optional<ShallowForest<float, Leaf>> shallow_;
    std::optional<PackedForest> packed_;  // of a deep forest, and of one that can explain
};

}  // namespace flightcast::forest::walk
