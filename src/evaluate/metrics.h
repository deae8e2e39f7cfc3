// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "flight/prediction.h"

namespace flightcast::evaluate {

// One judged flight: the answer and the observed class.
struct Judged {
    flight::Probabilities probabilities{};
    float arr_delay = 0;  // minutes
};

// The flights to which one class was given about the same probability.
struct ReliabilityBin {
    std::size_t rows = 0;
    double probability = 0;  // their mean
    double came = 0;         // the observed share of that class among them
};
inline constexpr std::size_t kReliabilityBins = 15;  // of equal width, from 0 to 1
using Reliability = std::array<ReliabilityBin, kReliabilityBins>;

// Figures over a set of judged flights. Figures lie in [0, 1], or are at least 0 (log loss); one
// of a class without flights is 0.
struct Metrics {
    std::size_t rows = 0;
    double accuracy = 0;  // of the class with the largest probability, the first of equals
    double log_loss = 0;  // mean of -ln(probability of the observed class), at least 1e-15 each
    double macro_f1 = 0;  // mean over the classes of the harmonic mean of precision and recall
    double brier = 0;     // mean of the summed squared differences to 1 (observed class) and 0
    double calibration_error = 0;  // mean over the classes, see calibration_error() in metrics.cc
    double auc_late = 0;           // of "15 or more minutes late", ranked by P(2) / 2 + P(3)
    std::array<double, flight::kClassCount> recall{};     // of the flights of the class
    std::array<double, flight::kClassCount> precision{};  // of the flights so answered
    // confusion[observed][answered], in flights
    std::array<std::array<std::size_t, flight::kClassCount>, flight::kClassCount> confusion{};
    std::array<Reliability, flight::kClassCount> reliability{};
};

// Lower bound for the probability of the observed class; it caps log loss at 34.5.
inline constexpr double kProbabilityMin = 1e-15;

// The bin of a probability.
[[nodiscard]] std::size_t reliability_bin(double probability);

// The score by which flights are ranked to find the late ones.
[[nodiscard]] inline double lateness(const flight::Probabilities& probabilities) {
    return probabilities[2] / 2 + probabilities[3];
}
inline constexpr double kLateMinutes = 15;

// Judges answers by observed classes. 15 minutes late is the middle of class 2 (0 to 30), so half
// of its probability counts as late; a sum of "P(2) + P(3)" would rank by "late at all".
//
// REQUIRES: `judged` is not empty.
[[nodiscard]] Metrics measure(std::span<const Judged> judged);

// The figures by name, for a report or a bundle.
[[nodiscard]] std::vector<std::pair<std::string, double>> figures_of(const Metrics& metrics);

}  // namespace flightcast::evaluate
