// SPDX-License-Identifier: Apache-2.0
#include "history/history_store.h"

#include <utility>

namespace flightcast::history {

ArrivalRow row_of(const arrival::Arrival& arrival, base::WallTime appended, std::string json) {
    const bool is_departure = arrival::event_of(arrival) == arrival::Event::departed;
    std::string key = arrival::record_key(arrival);
    // Flights of one number on one day are told apart by their scheduled departure.
    if (arrival.crs_dep_time) key += "@" + std::to_string(*arrival.crs_dep_time);
    key += is_departure ? " departure " : " end ";
    return {
        .key = std::move(key) + arrival.source,
        .reported_at = arrival.reported_at.value_or(appended),
        .json = std::move(json)
    };
}

std::int32_t day_of_minute(std::int32_t minute) {
    constexpr std::int32_t kDay = 1'440;
    return (minute - ((minute % kDay) + kDay) % kDay) / kDay;
}

}  // namespace flightcast::history
