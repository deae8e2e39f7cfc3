// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/random.h"
#include "forest/bundle.h"

namespace flightcast::forest {

// An imported bundle of two trees, small enough to follow by hand:
//
//     DepDelay <= 10.5 ?                          Carrier_index among {1, 2} of 5 ?
//       yes: 1, 2, 0, 1 rows of each class          yes: DayOfWeek <= 5 ?
//       no:  0, 1, 6, 3                                    yes: 0, 0, 3, 0
//                                                          no:  0, 3, 0, 0
//                                                   no:  1, 1, 1, 1
[[nodiscard]] Bundle make_small_spark_bundle(SparkMode mode);

// The features of the original model, the indices as numbers (as deployed).
[[nodiscard]] Schema make_spark_schema();

// A forest for `schema` whose splits are drawn at random, at most `splits_max` in a tree; it passes
// check().
[[nodiscard]] SparkForest make_random_spark_forest(
    const Schema& schema, base::Random& random, std::size_t splits_max = 40
);

// A row for `schema`: thresholds and their neighbours, categories, fractions, negative and large
// numbers, -0.0, infinities and missing values.
[[nodiscard]] std::vector<double> make_random_spark_row(const Schema& schema, base::Random& random);

}  // namespace flightcast::forest
