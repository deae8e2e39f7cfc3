// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flightcast::flight {

// A day of the proleptic Gregorian calendar, in the years 1 to 9999.
struct CalendarDate {
    std::int32_t year = 1970;
    std::int32_t month = 1;  // 1 .. 12
    std::int32_t day = 1;    // 1 .. 31

    auto operator<=>(const CalendarDate&) const = default;
};

// A FlightDate as users write it.
struct FlightDate {
    CalendarDate date;
    std::optional<std::int32_t> crs_dep_time;  // hhmm, when there is a time of day after the date

    bool operator==(const FlightDate&) const = default;
};

// Reads a FlightDate by the rules of pyiso8601: YYYY, YYYY-MM, YYYY-MM-DD (month and day also with
// one digit), YYYYMMDD, each optionally followed by [ T]HH[[:]MM[[:]SS[.,fraction]]] and Z or
// +-HH[:]MM; a missing month or day is 1; one newline at the end is ignored. Ranges are checked.
// The date is taken as written, regardless of the offset. Errors: invalid_argument, names the
// accepted forms.
[[nodiscard]] base::Result<FlightDate> parse_flight_date(std::string_view text);

// How the gateway sends a FlightDate on: as typed if it starts with YYYY-MM-DD, which Spark reads
// rightly, else as YYYY-MM-DD. REQUIRES: `date` was read from `text`.
[[nodiscard]] std::string forwarded_form(std::string_view text, const CalendarDate& date);

[[nodiscard]] bool starts_with_iso_date(std::string_view text);  // "dddd-dd-dd..."

// 1 .. 366, 1 .. 31, and Monday 0 .. Sunday 6.
[[nodiscard]] std::int32_t day_of_year(const CalendarDate& date);
[[nodiscard]] std::int32_t day_of_week(const CalendarDate& date);

// Days since 1970-01-01, negative before.
[[nodiscard]] std::int64_t days_since_epoch(const CalendarDate& date);

// Appends "2016-12-25".
void append_iso_date(std::string& out, const CalendarDate& date);

}  // namespace flightcast::flight
