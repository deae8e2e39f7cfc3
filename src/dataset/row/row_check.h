// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "dataset/row/flight_row.h"
#include "dataset/row/row_parser.h"

namespace flightcast::dataset {

// The fault of a row that was read but is no flight to learn from or to play: a missing day,
// carrier or airport, or a delay or a distance that cannot be. Nothing when it has none; missing
// delays and distances are none.
[[nodiscard]] std::optional<RowFault> find_fault(const FlightRow& row, const RawFlight& raw);

}  // namespace flightcast::dataset
