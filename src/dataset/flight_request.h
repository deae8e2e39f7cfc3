// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dataset/row/flight_row.h"
#include "flight/request.h"

namespace flightcast::dataset {

// The request that asks about the flight in `row`, as the gateway makes it of a form: with the day
// numbers of its date, and its scheduled departure as hhmm. Missing values are absent; the id is
// all zero. The one way from a row of a file, or of a table, to the request that a model answers.
[[nodiscard]] flight::Request to_request(const FlightRow& row);

}  // namespace flightcast::dataset
