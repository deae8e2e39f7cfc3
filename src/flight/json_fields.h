// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "flight/calendar/time_zone.h"
#include "flight/request.h"
#include "text/json_reader.h"

namespace flightcast::flight {

// How Spark's columns take the values of a JSON object: null makes the field absent, a value of the
// wrong type leaves it as it is.

// A string, or the text of a number ("1", "1.5") or boolean; none of more than
// limits::kFieldBytesMax bytes, and no array or object.
void read_string_field(const text::JsonValue& value, std::optional<std::string>& field);

// A number, or one of the strings "NaN", "Infinity", "+Infinity", "-Infinity", "+INF" and "-INF".
void read_double_field(const text::JsonValue& value, std::optional<double>& field);

// A number of 32 bits that is written without point or exponent.
void read_int_field(const text::JsonValue& value, std::optional<std::int32_t>& field);

// A string as parse_timestamp reads it, or seconds since the epoch.
void read_timestamp_field(
    const text::JsonValue& value, const TimeZone& zone, std::optional<LocalTime>& field
);

}  // namespace flightcast::flight
