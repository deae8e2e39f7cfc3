// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "gateway/api/bodies/flight_collector.h"

namespace flightcast::gateway::api {

// Parses strict JSON (RFC 8259) and tells `collector` of the flights in it.
[[nodiscard]] std::optional<FlightCollector::Fault> parse_flights(
    std::string_view body, FlightCollector& collector
);

}  // namespace flightcast::gateway::api
