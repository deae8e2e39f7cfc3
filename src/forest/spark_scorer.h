// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forest/outcome_words.h"
#include "forest/shallow_forest.h"
#include "forest/spark_forest.h"

namespace flightcast::forest {

// An imported Spark forest as it serves: by tables when it is shallow, as Spark's default depth of
// 5 is, else by the plain walk. Gives bit for bit what spark_walk gives: votes are added in the
// order of the trees.
//
// Thread-safety: any thread may call const members.
class SparkScorer {
  public:
    // REQUIRES: `forest` passed check() with a schema of `features` features.
    SparkScorer(SparkForest forest, std::size_t features, Instructions instructions);
    SparkScorer(SparkForest forest, std::size_t features)
        : SparkScorer(std::move(forest), features, best_instructions()) {}

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

}  // namespace flightcast::forest
