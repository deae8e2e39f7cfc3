// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <optional>

#include "flight/request.h"

namespace flightcast::flight {

// The arrival delay to be expected, in minutes, and a range that holds four flights in five as far
// as the additive model of the online features is right about its noise.
struct ExpectedDelay {
    double minutes = 0;
    double low = 0;
    double high = 0;

    bool operator==(const ExpectedDelay&) const = default;
};

// The variance of the minutes that single flights lose, in minutes squared.
inline constexpr double kMinutesLostNoise = 130;

// Nothing without online features, or without a departure delay.
[[nodiscard]] inline std::optional<ExpectedDelay> expected_delay(const Request& request) {
    constexpr double kFourInFive = 1.2816;  // standard deviations either way
    const bool is_known = request.online && request.online->values.size() >= 2 && request.dep_delay;
    if (!is_known) return std::nullopt;
    const double minutes = *request.dep_delay + double{request.online->values[0]};
    const double error = request.online->values[1];
    const double half = kFourInFive * std::sqrt(error * error + kMinutesLostNoise);
    if (!std::isfinite(minutes) || !std::isfinite(half)) return std::nullopt;
    return ExpectedDelay{.minutes = minutes, .low = minutes - half, .high = minutes + half};
}

}  // namespace flightcast::flight
