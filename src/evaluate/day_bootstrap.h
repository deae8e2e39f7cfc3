// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "evaluate/day_tally.h"

namespace flightcast::evaluate {

// Where a figure lies with a chance of 95 % when the days could have been others.
struct Interval {
    double low = 0;
    double high = 0;

    bool operator==(const Interval&) const = default;
};

struct Intervals {
    std::vector<Interval> figures;  // in the order of figures_of()
    Interval log_loss_above_first;  // its log loss minus that of the first contestant
};

// Draws days with repetition, as many as there are, again and again, the same for all contestants,
// and takes the middle 95 % of each figure's values. Flights of one day share weather and
// traffic, so days are drawn, not flights (Efron and Tibshirani, "An Introduction to the
// Bootstrap", 1993, ch. 8 and 13).
//
// REQUIRES: `contestants` is not empty; each has a tally of every day, in the same order, and no
// tally is empty. Of a single day all draws are the same: there is nothing to ask.
[[nodiscard]] std::vector<Intervals> bootstrap_days(
    std::span<const std::vector<DayTally>> contestants, std::uint64_t seed
);

}  // namespace flightcast::evaluate
