// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "dataset/row/day.h"
#include "flight/airports/airport_table.h"

namespace flightcast::replay {

// What a file tells about the times of one flight. Times of day are minutes of the day (0 .. 1439)
// on the clocks of the airport; delays are minutes, negative is early, NaN when missing.
struct Schedule {
    dataset::Day day;                     // of the scheduled departure, at its airport
    std::int16_t departure = 0;           // scheduled
    std::optional<std::int16_t> arrival;  // scheduled
    std::optional<std::int16_t> landing;  // actual
    double dep_delay = 0;
    double arr_delay = 0;
    double miles = 0;  // NaN when missing
};

// The same flight in UTC, to the second.
struct FlightTimes {
    base::WallTime scheduled;   // departure
    base::WallTime departed;    // `scheduled` when the departure delay is missing
    base::WallTime landed;      // later than `departed`
    bool is_estimated = false;  // `landed` follows from the distance, not from the file
};

// When the flight left and landed. The landing is the scheduled arrival plus its delay; without a
// scheduled arrival it is the first time after the departure at which clocks show `landing`; and
// where a file has neither, or one that no aircraft flies (faster than 12 miles a minute, longer
// than 20 hours in the air), it follows from the distance: 41 minutes and 7.2 s a mile, which is
// how long US flights of 2008 took (half of them within 12 minutes).
[[nodiscard]] FlightTimes times_of(
    const Schedule& schedule, const flight::Airport& origin, const flight::Airport& dest
);

}  // namespace flightcast::replay
