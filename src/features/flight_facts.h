// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "dataset/flight_table.h"
#include "flight/request.h"

namespace flightcast::features {

// The facts of a flight when it leaves: the one shape that requests and training rows are both
// brought into, so that a feature is computed the same way for learning and for answering. The
// texts are borrowed.
struct FlightFacts {
    float dep_delay = std::numeric_limits<float>::quiet_NaN();    // minutes; NaN when missing
    float distance = std::numeric_limits<float>::quiet_NaN();     // miles; NaN when missing
    std::int16_t scheduled_minute = dataset::kNoScheduledMinute;  // of the day, 0 .. 1439
    std::uint8_t day_of_week = 0;                                 // Monday 1 .. Sunday 7; 0 missing
    std::uint8_t month = 0;                                       // 1 .. 12; 0 missing
    std::uint8_t day_of_month = 0;                                // 1 .. 31; 0 missing
    std::string_view carrier;                                     // empty when missing
    std::string_view origin;
    std::string_view dest;
    std::span<const float> online;  // as online::Values has them; empty when missing
};

// The calendar is that of the request's FlightDate; its Day* fields are for Spark's models alone.
// The scheduled departure may also be a time of day in FlightDate.
[[nodiscard]] FlightFacts facts_of(const flight::Request& request);

// REQUIRES: row < table.size().
[[nodiscard]] FlightFacts facts_of(const dataset::FlightTable& table, std::size_t row);

}  // namespace flightcast::features
