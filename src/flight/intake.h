// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "flight/form/form.h"
#include "flight/request.h"
#include "flight/route_table.h"

namespace flightcast::flight {

// Why a submitted form is refused.
struct FieldError {
    std::string field;    // as the form calls it: "DepDelay", "Origin", "Dest", "FlightDate", ...
    std::string message;  // one sentence that starts with the field and names the accepted values

    bool operator==(const FieldError&) const = default;
};

inline constexpr std::size_t kNumberBytesMax = 64;  // of a number that a person types

// Makes a request of a submitted form, as the original does: looks up the distance, then reads the
// date and derives the day numbers. A DepDelay that is missing or no number (by the rules of
// Python's float()) is null, and so are a missing Carrier and FlightNum; empty ones stay empty.
// `now` is in the time zone of the system. The request has no id yet.
//
// Refused, in this order: a field of more than limits::kFieldBytesMax bytes, or a DepDelay of more
// than kNumberBytesMax; a DepDelay that is not finite; a missing or unknown Origin or Dest; a
// missing or bad FlightDate; a CRSDepTime that is not hhmm (an empty one counts as missing); a
// CRSElapsedTime that is not a number of minutes up to kElapsedMinutesMax (the same).
//
// A time of day in FlightDate is left to whoever reads the request (request_json.h), since
// FlightDate is sent on as typed; where it is rewritten, the time becomes crs_dep_time here.
[[nodiscard]] std::expected<Request, FieldError> make_request(
    const Fields& fields, const RouteTable& routes, LocalTime now
);

// Everything that make_request() would refuse `fields` for, one error for a field at most, in the
// order of the form; empty when it would not.
[[nodiscard]] std::vector<FieldError> find_errors(const Fields& fields, const RouteTable& routes);

}  // namespace flightcast::flight
