// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"
#include "flight/calendar/time_zone.h"
#include "flight/request.h"

namespace flightcast::flight {

inline constexpr double kElapsedMinutesMax = 1'440;  // of Request::crs_elapsed_time, above 0

// The value of a request record, byte for byte as the original gateway's json.dumps writes it:
//
//     {"DepDelay": 5.0, "Carrier": "AA", "FlightDate": "2016-12-25", "Dest": "SFO", "FlightNum":
//     null, "Origin": "ATL", "Distance": 2139.0, "DayOfYear": 360, "DayOfMonth": 25, "DayOfWeek":
//     6, "Timestamp": "2025-12-30T15:07:40.123456", "UUID": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2"}
//
// on one line; absent fields are null, non-ASCII is escaped. CRSDepTime (ours) follows only if
// there is one, and then CRSElapsedTime and RequestedAt (ours, UTC), the same. REQUIRES: strings
// are UTF-8.
[[nodiscard]] std::string encode_request(const Request& request);

// Why a request record cannot be scored.
struct RequestFault {
    std::string reason;            // "empty", "not_json", "no_uuid" or "bad_date"
    std::string message;           // one sentence for people
    std::optional<base::Uuid> id;  // when it could be read

    bool operator==(const RequestFault&) const = default;
};

// Reads the value of a request record of any writer, as the original job on Spark 3.5 does:
// keys in any order, unknown ones ignored, of repeated ones the last good one counts; a field of
// the wrong type is null, that field only; a number is taken for a string field as its text; single
// quotes, NaN and Infinity are accepted; bad UTF-8 is replaced by U+FFFD. A numeric field may thus
// be NaN or infinite. A naive Timestamp is in `zone`, and so is the result's.
//
// FlightDate is read by the gateway's rules (date.h), as Spark does also with white space around it
// or anything after T or a space; the result holds it as YYYY-MM-DD. Text that is no date at all
// ("today") is null; an impossible date ("2016-02-30"), which ends the original job, is a fault. A
// time of day in FlightDate becomes crs_dep_time if there is no CRSDepTime.
//
// Unlike Spark: a record needs a UUID (36 characters, either case); arrays and objects are no
// strings; a string of more than limits::kFieldBytesMax bytes is null.
[[nodiscard]] std::expected<Request, RequestFault> decode_request(
    std::string_view value, const TimeZone& zone
);

}  // namespace flightcast::flight
