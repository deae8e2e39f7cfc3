// SPDX-License-Identifier: Apache-2.0
//
// A FlightDate as the original stores one: a point in time, midnight in the system's zone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "flight/calendar/time_zone.h"

namespace flightcast::flight {

// Midnight of the day that `flight_date` names (date.h); nothing for an invalid date. Days before
// 1582-10-15 are those of the Julian calendar, as in the original, which counts them through
// java.sql.Date.
[[nodiscard]] std::optional<base::WallTime> stored_date(
    std::string_view flight_date, const TimeZone& zone
);

// The day of such a point in time, "2016-12-25"; nothing outside of the years 1 to 9999. The
// inverse of stored_date(), but for the ten days that the change of calendars left out.
[[nodiscard]] std::optional<std::string> flight_date_of_stored(
    base::WallTime stored, const TimeZone& zone
);

}  // namespace flightcast::flight
