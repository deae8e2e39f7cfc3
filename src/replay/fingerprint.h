// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "replay/flight_list.h"
#include "replay/planner.h"

namespace flightcast::replay {

// 16 hexadecimal digits that name the events of a replay: other flights, times or options give
// others. `more` is whatever else makes a difference.
[[nodiscard]] std::string fingerprint_of(
    const FlightList& list, const PlanOptions& options, const std::string& more
);

}  // namespace flightcast::replay
