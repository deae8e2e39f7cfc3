// SPDX-License-Identifier: Apache-2.0
#include "replay/targets/request_of.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <string>

#include "dataset/flight_request.h"

namespace flightcast::replay::targets {

base::Uuid request_id(std::string_view run, std::uint32_t flight) {
    const std::string text = std::string(run) + " " + std::to_string(flight);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    return base::Uuid::from_digest(bytes);
}

flight::Request request_of(
    const FlightList& list,
    const Flight& flight,
    const flight::RouteTable& routes,
    const flight::TimeZone& zone
) {
    dataset::FlightRow row;
    row.day = flight.day;
    row.scheduled_minute = flight.scheduled_minute;
    row.carrier = list.carrier(flight);
    row.flight_num = list.number(flight);
    row.origin = list.origin(flight);
    row.dest = list.dest(flight);
    row.dep_delay = flight.dep_delay;
    row.distance = flight.distance;
    flight::Request request = dataset::to_request(row);
    if (!request.distance) request.distance = routes.distance(row.origin, row.dest);
    request.requested_at = flight.departed;
    request.timestamp = zone.to_local(flight.departed).local;
    return request;
}

}  // namespace flightcast::replay::targets
