// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "base/uuid.h"
#include "flight/calendar/time_zone.h"
#include "flight/request.h"
#include "flight/route_table.h"
#include "replay/flight_list.h"

namespace flightcast::replay::targets {

// The id of the request about a flight in the run of this id: the same after each restart.
[[nodiscard]] base::Uuid request_id(std::string_view run, std::uint32_t flight);

// The request about a flight of the list as it left, without an id. Its distance is the file's, as
// for `evaluate`; where the file has none, that of the table.
[[nodiscard]] flight::Request request_of(
    const FlightList& list,
    const Flight& flight,
    const flight::RouteTable& routes,
    const flight::TimeZone& zone
);

}  // namespace flightcast::replay::targets
