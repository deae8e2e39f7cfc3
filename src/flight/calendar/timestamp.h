// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "flight/calendar/local_time.h"
#include "flight/calendar/time_zone.h"

namespace flightcast::flight {

// Appends Python's datetime.isoformat(): "2025-12-30T15:07:40.123456", without the fraction when
// that is zero.
void append_isoformat(std::string& out, LocalTime time);

// Appends `time` as the original job writes it (Java's yyyy-MM-dd'T'HH:mm:ss.SSSXXX): three digits
// of fraction, cut off, and the zone's offset: "2025-12-30T15:07:40.123Z", "...123+01:00".
void append_zoned(std::string& out, LocalTime time, const TimeZone& zone);

// Appends `time` in UTC with its microseconds: "2025-12-30T14:07:40.123456Z".
void append_utc(std::string& out, base::WallTime time);

// Reads exactly the text that append_utc() writes of the years 1 to 9999; nothing for any other,
// which parse_timestamp() may still read.
[[nodiscard]] std::optional<base::WallTime> read_utc(std::string_view text);

// Reads a timestamp as Spark 3.5 reads one from JSON: "2025[-12[-30[T15[:07[:40[.123456789]]]]]]",
// a space instead of T, one-digit fields, white space around it, and at the end optionally Z, UTC,
// GMT or an offset ("+01", "+0100", "+01:00"). Text without an offset is in `zone`, and so is the
// result. Digits after the sixth are cut off. Nothing if it is not of that form, not in the
// calendar or outside the years 1 to 9999; unlike Spark, also for a time without a date and for
// names of zones.
[[nodiscard]] std::optional<LocalTime> parse_timestamp(std::string_view text, const TimeZone& zone);

// Reads a point in time of an event: as parse_timestamp(), but with Z or an offset, and in the
// years 1980 to 2100. Errors: invalid_argument, which says what it is not.
[[nodiscard]] base::Result<base::WallTime> parse_event_time(std::string_view text);

// The time that a number stands for in Spark's JSON: seconds since the Unix epoch. Nothing if it
// cannot be counted in microseconds.
[[nodiscard]] std::optional<LocalTime> timestamp_of_seconds(
    std::int64_t seconds, const TimeZone& zone
);

}  // namespace flightcast::flight
