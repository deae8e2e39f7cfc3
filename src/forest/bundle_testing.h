// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "base/random.h"
#include "forest/bundle.h"

namespace flightcast::forest {

// A bundle of one tree with a split of each kind, small enough to follow by hand:
//
//     DepDelay > 10 (missing: right)?
//       no:  leaf 0, mostly class 1
//       yes: Carrier among {B6, UA} (missing: left)?
//              no:  leaf 1, mostly class 2
//              yes: leaf 2, class 3 alone
[[nodiscard]] Bundle make_small_bundle();

// Numeric and categorical features, and an encoding.
[[nodiscard]] Schema make_wide_schema();

// A forest for `schema` whose splits are drawn at random, at most `splits_max` in a tree; it passes
// check().
[[nodiscard]] Forest make_random_forest(
    const Schema& schema, base::Random& random, std::size_t splits_max = 40
);

// A row for `schema`: plain values, thresholds' neighbours, infinities and missing ones.
[[nodiscard]] std::vector<float> make_random_row(const Schema& schema, base::Random& random);

}  // namespace flightcast::forest
