// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "flight/request.h"

namespace flightcast::flight {

inline constexpr std::size_t kClassCount = 4;

// The names of the classes 0 to 3 for people, in the original system's words.
inline constexpr std::array<std::string_view, kClassCount> kClassTexts = {
    "Early (15+ Minutes Early)",
    "Slightly Early (0-15 Minute Early)",
    "Slightly Late (0-30 Minute Delay)",
    "Very Late (30+ Minutes Late)",
};

// The arrival delays, in minutes, at which a class ends and the next begins: [-inf, -15) is class
// 0,
// [-15, 0) 1, [0, 30) 2, [30, inf) 3.
inline constexpr std::array<double, kClassCount - 1> kClassBounds = {-15.0, 0.0, 30.0};

// The class of an arrival delay in minutes.
[[nodiscard]] constexpr std::size_t class_of_delay(double arrival_delay_minutes) {
    std::size_t result = 0;
    while (result < kClassBounds.size() && arrival_delay_minutes >= kClassBounds[result]) ++result;
    return result;
}

using Probabilities = std::array<double, kClassCount>;

// The explanation of an answer: how much each feature of the model changed the probability of the
// predicted class, which is `base` when nothing is known of a flight. `base` and all changes add up
// to it.
struct Contributions {
    struct Change {
        std::string feature;
        double change = 0;

        bool operator==(const Change&) const = default;
    };

    double base = 0;
    std::vector<Change> changes;  // in the order of the model's features

    bool operator==(const Contributions&) const = default;
};

// A model's answer for one flight.
struct Answer {
    Probabilities probabilities{};
    std::optional<Contributions> contributions;  // not every model can tell
};

// The answer to one request, as the response topic and the store hold it.
struct Prediction {
    Request request;
    std::string route;     // "ATL-SFO"; empty when an end is missing
    double predicted = 0;  // the class, 0 .. 3, a double as the original writes it

    // Ours; records of an original scorer lack them. So are FlightNum, CRSDepTime and RequestedAt
    // of the request, which the original drops.
    std::optional<Probabilities> probabilities;
    std::optional<std::string> model;  // "<name>@<version>"
    std::optional<base::WallTime> scored_at;
    std::optional<Contributions> contributions;

    bool operator==(const Prediction&) const = default;
};

}  // namespace flightcast::flight
