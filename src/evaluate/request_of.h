// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "dataset/flight_table.h"
#include "flight/request.h"

namespace flightcast::evaluate {

// The request that would have been made for a flight when it left, all of its fields filled in: so
// that any model can be judged, by the code that serves it.
//
// REQUIRES: row < table.size().
[[nodiscard]] flight::Request request_of(const dataset::FlightTable& table, std::size_t row);

}  // namespace flightcast::evaluate
