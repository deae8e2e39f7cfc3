// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "arrival/arrival.h"
#include "base/clock.h"

namespace flightcast::features::online {

// The names of a flight, borrowed. An empty text is a missing one.
struct FlightName {
    std::string_view carrier;
    std::string_view number;  // leading zeros do not count
    std::string_view origin;
    std::string_view dest;
};

// The part of a report that the fold takes.
struct News {
    FlightName flight;
    std::int32_t day = 0;                    // FlightDate, in days since 1970-01-01
    std::int16_t crs = -1;                   // scheduled departure, hhmm; -1: missing
    arrival::Event event{};                  // cancelled and diverted flights take back a landing
    std::int16_t rank = 0;                   // of the source: smaller is better
    double reported = 0;                     // seconds since 1970
    std::optional<float> dep_delay{};        // minutes
    std::optional<float> arr_delay{};        // of a landing
    std::optional<float> elapsed_minutes{};  // from departure to landing, where both are known
};

// The news in `arrival`, whose texts are borrowed; nothing when it does not name carrier, origin,
// destination and date, or when a client told it (arrival::kClientSource). A report is not younger
// than its record: `appended` counts where its ReportedAt is later or missing.
[[nodiscard]] std::optional<News> news_of(
    const arrival::Arrival& arrival, base::WallTime appended, std::int16_t rank
);

}  // namespace flightcast::features::online
