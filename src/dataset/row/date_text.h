// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "dataset/row/day.h"

namespace flightcast::dataset {

// A day, and the minute of it (0 .. 1439) when the text holds a time of day.
struct DayTime {
    Day day;
    std::optional<std::int16_t> minute;

    bool operator==(const DayTime&) const = default;
};

// Reads the date of a flight as files write it:
//
//     2015-04-01, 2015/4/1, 20150401, 4/1/2015 (month first), 1.4.2015 (day first),
//     1427846400000 (milliseconds since 1970), and the forms of the gateway
//     (flight/calendar/date.h)
//
// each optionally followed by a blank or T and a time: "06:30", "6:30:00 AM", "06:30:00.000Z",
// "06:30+02:00". Midnight is no time of day: it is how tools write a day as a timestamp. Spark
// writes a day as midnight in UTC, in the zone of the machine: a time that is midnight in UTC is
// that day, "2015-12-30T16:00:00.000-08:00" is 2015-12-31. Any other time is taken as written,
// whatever the offset, as the gateway does. Nothing for any other text.
[[nodiscard]] std::optional<DayTime> parse_day_time(std::string_view text);

// True for a date with slashes that is one only when the day is first, "13/1/2015": others in its
// file are then misread by parse_day_time.
[[nodiscard]] bool has_day_first(std::string_view text);

// Reads a time of day: "905", "0905", "905.0", "2400" (midnight), "9:05", "09:05:00", "9:05 PM", or
// the time of a timestamp, in UTC when it has an offset. Minutes since midnight, 0 .. 1439.
[[nodiscard]] std::optional<std::int16_t> parse_minute_of_day(std::string_view text);

}  // namespace flightcast::dataset
