// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "flight/form/form.h"
#include "flight/route_table.h"
#include "gateway/api/bodies/problem.h"

namespace flightcast::gateway::api {

enum class Shape { one, list };  // an object, an array of objects

struct SubmittedFlights {
    Shape shape = Shape::one;
    std::vector<flight::Fields> flights;  // make_request() takes each of them
};

// Reads the body of POST /api/v1/predictions: one flight,
//
//     {"DepDelay": 5, "Carrier": "AA", "FlightDate": "2016-12-25", "Origin": "ATL", "Dest": "SFO"}
//
// also with FlightNum and CRSDepTime (strings; null is absent), or an array of 1 to
// limits::kBatchFlightsMax of them.
//
// Stricter than the form: the types count, DepDelay and Carrier are required, and an unknown or a
// repeated member is an error. The problem (400) names every invalid field of every flight, with
// the accepted values; of text that is not JSON the place of the first fault. 413 to too many.
[[nodiscard]] std::expected<SubmittedFlights, Problem> read_flights(
    std::string_view body, const flight::RouteTable& routes
);

}  // namespace flightcast::gateway::api
