// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "experiment/sequence.h"

namespace flightcast::experiment {

// How the flights of a pair were split between its models, beside how they should have been.
struct SampleRatio {
    std::int64_t challenger = 0;  // flights that it answered
    std::int64_t champion = 0;
    double expected = 0;     // share of the challenger among both, as weights have it
    double chi_squared = 0;  // of one degree of freedom
    bool is_skewed = false;
};

// The judged flights of the hours by the model that answered their clients. The split is skewed
// when an equal or larger chi-squared has a chance of one in a million: so strict that looking
// after each of a thousand hours calls one experiment in a thousand skewed by mistake. Fewer than
// 100 flights say nothing. REQUIRES: weights are positive.
[[nodiscard]] SampleRatio sample_ratio(
    std::span<const HourSums> hours, double challenger_weight, double champion_weight
);

}  // namespace flightcast::experiment
