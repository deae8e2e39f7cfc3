// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/uuid.h"
#include "flight/calendar/date.h"

namespace flightcast::arrival {

// The news in a report of a flight. Only the last three end a flight, and are judged or counted.
enum class Event : std::uint8_t { departed, landed, cancelled, diverted };

// One report of what really happened to a flight, as it stands on the arrival topic. It names its
// flight, its prediction by `id`, or both. Times are UTC.
struct Arrival {
    std::optional<flight::CalendarDate> flight_date;  // scheduled departure, on the clocks there
    std::optional<std::string> carrier;               // "AA"
    std::optional<std::string> origin;                // airport, "ATL"
    std::optional<std::string> dest;
    std::optional<std::string> flight_num;
    std::optional<std::int32_t> crs_dep_time;  // scheduled departure, hhmm (0 .. 2359)
    std::optional<double> dep_delay;           // minutes, negative is early; finite
    std::optional<base::WallTime> departed_at;
    std::optional<double> arr_delay;  // minutes, negative is early; finite
    bool cancelled = false;
    bool diverted = false;
    std::optional<base::WallTime> arrived_at;   // absent: when it was reported
    std::optional<base::WallTime> reported_at;  // absent: when the record was appended
    std::string source{};                       // who reports, as --arrival-sources names it
    std::optional<base::Uuid> id{};             // of the prediction's request

    bool operator==(const Arrival&) const = default;
};

// The source of reports by POST /api/v1/predictions/<id>/arrival, which need no right but the id:
// it ranks lowest, and only evaluations use them. Nobody else may use the name over HTTP.
inline constexpr std::string_view kClientSource = "client";

// The news of the report. A landing has an ArrDelay.
[[nodiscard]] Event event_of(const Arrival& arrival);

// The identity of a flight: "2008-04-01/AA/123/ATL/SFO", one text for each, so that reports find
// predictions. Leading zeros of a number do not count; "/" and "%" inside of a part are escaped.
[[nodiscard]] std::string flight_key(
    const flight::CalendarDate& date,
    std::string_view carrier,
    std::string_view number,
    std::string_view origin,
    std::string_view dest
);

// The flight that a report names; nothing without one of the five fields.
[[nodiscard]] std::optional<std::string> flight_key(const Arrival& arrival);

// The key of the report's record: its flight, else its prediction, else as much of a flight as it
// names.
[[nodiscard]] std::string record_key(const Arrival& arrival);

}  // namespace flightcast::arrival
