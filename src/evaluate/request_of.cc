// SPDX-License-Identifier: Apache-2.0
#include "evaluate/request_of.h"

#include "dataset/flight_request.h"

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
    return dataset::to_request(flight);
}

}  // namespace flightcast::evaluate
