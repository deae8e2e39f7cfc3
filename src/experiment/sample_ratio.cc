// SPDX-License-Identifier: Apache-2.0
#include "experiment/sample_ratio.h"

#include "base/check.h"

namespace flightcast::experiment {
namespace {

constexpr double kOneInAMillion = 23.928;  // quantile of chi-squared with one degree of freedom
constexpr std::int64_t kFlightsMin = 100;

}  // namespace

SampleRatio sample_ratio(
    std::span<const HourSums> hours, double challenger_weight, double champion_weight
) {
    FC_CHECK(challenger_weight > 0);
    FC_CHECK(champion_weight > 0);
    SampleRatio ratio{.expected = challenger_weight / (challenger_weight + champion_weight)};
    for (const HourSums& hour : hours) {
        ratio.challenger += hour.by_challenger;
        ratio.champion += hour.flights - hour.by_challenger;
    }
    const auto flights = static_cast<double>(ratio.challenger + ratio.champion);
    if (ratio.challenger + ratio.champion < kFlightsMin) return ratio;
    const double rest = static_cast<double>(ratio.challenger) - flights * ratio.expected;
    ratio.chi_squared = rest * rest / (flights * ratio.expected * (1 - ratio.expected));
    ratio.is_skewed = ratio.chi_squared > kOneInAMillion;
    return ratio;
}

}  // namespace flightcast::experiment
