// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "arrival/arrival.h"
#include "eventlog/record.h"
#include "replay/flight_list.h"
#include "replay/planner.h"

namespace flightcast::replay::targets {

// The name of the source that replayed reports have.
inline constexpr std::string_view kReplaySource = "replay";

// The report that a flight has ended: that it landed, was diverted or cancelled, with its times.
[[nodiscard]] arrival::Arrival arrival_of(const FlightList& list, const PlannedReport& report);

// The report that a flight has left.
[[nodiscard]] arrival::Arrival departure_of(const FlightList& list, const PlannedReport& report);

// The record of a report.
[[nodiscard]] eventlog::NewRecord record_of(
    const std::string& topic, const arrival::Arrival& report
);

}  // namespace flightcast::replay::targets
