// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forest/spark_forest.h"
#include "forest/walk/outcome_words.h"
#include "forest/walk/shallow_forest.h"

namespace flightcast::forest::walk {

// An imported Spark forest as it serves: by tables when it is shallow, as Spark's default depth of
// 5 is, else by the plain walk. Gives the score of spark_walk, bit for bit: votes are added in the
// order of the trees.
//
// Thread-safety: any thread may call const members.
class SparkWalker {
  public:
    // REQUIRES: `forest` passed check() with a schema of `features` features.
    SparkWalker(SparkForest forest, std::size_t features, Instructions instructions);
    SparkWalker(SparkForest forest, std::size_t features)
        : SparkWalker(std::move(forest), features, best_instructions()) {}

    // REQUIRES: `row` has one value per feature, NaN where one is missing.
    [[nodiscard]] ClassShares score(std::span<const double> row) const;

    // The probabilities of `rows`, which lie one behind the other. REQUIRES: as above.
    [[nodiscard]] std::vector<ClassShares> score_rows(std::span<const double> rows) const;

    // Whether it is answered by tables.
    [[nodiscard]] bool is_shallow() const { return shallow_.has_value(); }

  private:
    Instructions instructions_;
    std::size_t features_;
    std::optional<ShallowForest<double, ClassShares>> shallow_;
    SparkForest forest_;  // empty when it is shallow
};

}  // namespace flightcast::forest::walk
