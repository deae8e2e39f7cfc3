// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "flight/prediction.h"

namespace flightcast::flight {

// The class that is answered for `probabilities`: the first of the largest. The one place that
// decides it, for records, files and figures alike.
[[nodiscard]] constexpr std::size_t predicted_class(const Probabilities& probabilities) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < probabilities.size(); ++i) {
        if (probabilities[i] > probabilities[best]) best = i;
    }
    return best;
}
static_assert(predicted_class({0.25, 0.25, 0.25, 0.25}) == 0);
static_assert(predicted_class({0.1, 0.4, 0.4, 0.1}) == 1);
static_assert(predicted_class({0, 0, 0, 1}) == 3);

}  // namespace flightcast::flight
