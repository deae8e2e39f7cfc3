// SPDX-License-Identifier: Apache-2.0
#include "evaluate/request_of.h"

#include "dataset/flight_request.h"
#include "features/online/values.h"

namespace flightcast::evaluate {

flight::Request request_of(const dataset::FlightTable& table, std::size_t row) {
    dataset::FlightRow flight{
        .day = table.day[row],
        .carrier = table.carriers.text(table.carrier[row]),
        .origin = table.airports.text(table.origin[row]),
        .dest = table.airports.text(table.dest[row]),
        .dep_delay = table.dep_delay[row],
        .distance = table.distance[row],
    };
    const std::int16_t minute = table.scheduled_minute[row];
    if (minute >= 0) flight.scheduled_minute = minute;
    flight::Request request = dataset::to_request(flight);
    const auto online = table.online_of(row);
    if (!online.empty()) {
        request.online = {
            .fold = features::online::kFoldVersion,
            .arrival_offset = {},
            .values = {online.begin(), online.end()}
        };
    }
    return request;
}

}  // namespace flightcast::evaluate
