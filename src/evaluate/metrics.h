// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "figures/tally.h"
#include "flight/prediction.h"

namespace flightcast::evaluate {

// One judged flight: the answer and the observed class.
struct Judged {
    flight::Probabilities probabilities{};
    float arr_delay = 0;  // minutes
};

using figures::kProbabilityMin;
using figures::kReliabilityBins;
using figures::Reliability;
using figures::reliability_bin;
using figures::ReliabilityBin;

// Figures over a set of judged flights: those that arrivals are judged by, too, and one more.
struct Metrics : figures::Figures {
    double auc_late = 0;  // of "15 or more minutes late", ranked by P(2) / 2 + P(3)
};

// The score by which flights are ranked to find the late ones.
[[nodiscard]] inline double lateness(const flight::Probabilities& probabilities) {
    return probabilities[2] / 2 + probabilities[3];
}
inline constexpr double kLateMinutes = 15;

// The same answer for the tallies.
[[nodiscard]] figures::JudgedAnswer answer_of(const Judged& row);

// Judges answers by observed classes. 15 minutes late is the middle of class 2 (0 to 30), so half
// of its probability counts as late; a sum of "P(2) + P(3)" would rank by "late at all".
//
// REQUIRES: `judged` is not empty.
[[nodiscard]] Metrics measure(std::span<const Judged> judged);

// The figures by name, for a report or a bundle.
[[nodiscard]] std::vector<std::pair<std::string, double>> figures_of(const Metrics& metrics);

}  // namespace flightcast::evaluate
