// SPDX-License-Identifier: Apache-2.0
#include "loadtest/flight_forms.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

namespace flightcast::loadtest {
namespace {

struct AirportPair {
    std::string_view origin;
    std::string_view dest;
};

constexpr std::array kRoutes = {
    AirportPair{"ATL", "SFO"}, AirportPair{"SFO", "ATL"}, AirportPair{"LAX", "SFO"},
    AirportPair{"SFO", "LAX"}, AirportPair{"JFK", "LAX"}, AirportPair{"LAX", "JFK"},
    AirportPair{"ORD", "LGA"}, AirportPair{"LGA", "ORD"}, AirportPair{"ATL", "MCO"},
    AirportPair{"MCO", "ATL"}, AirportPair{"DFW", "DEN"}, AirportPair{"DEN", "DFW"},
    AirportPair{"SEA", "ANC"}, AirportPair{"ANC", "SEA"}, AirportPair{"BOS", "DCA"},
    AirportPair{"DCA", "BOS"}, AirportPair{"PHX", "LAS"}, AirportPair{"LAS", "PHX"},
    AirportPair{"HNL", "OGG"}, AirportPair{"OGG", "HNL"}, AirportPair{"ORD", "MSP"},
    AirportPair{"MSP", "ORD"}, AirportPair{"IAH", "DAL"}, AirportPair{"EWR", "SFO"},
    AirportPair{"CLT", "PHL"}, AirportPair{"MIA", "LGA"}, AirportPair{"BWI", "BOS"},
    AirportPair{"SLC", "PHX"}, AirportPair{"SAN", "SJC"}, AirportPair{"OAK", "BUR"},
    AirportPair{"HOU", "DAL"}, AirportPair{"DTW", "ATL"}, AirportPair{"TPA", "FLL"},
    AirportPair{"PDX", "SEA"}, AirportPair{"MDW", "STL"}, AirportPair{"JFK", "SEA"},
    AirportPair{"LAX", "HNL"}, AirportPair{"DAL", "HOU"}, AirportPair{"ATL", "JFK"},
    AirportPair{"MSY", "IAH"},
};

constexpr std::array<std::string_view, 10> kCarriers = {
    "AA", "AS", "B6", "DL", "EV", "F9", "HA", "OO", "UA", "WN"
};

template <typename T, std::size_t N>
const T& pick(const std::array<T, N>& choices, base::Random& random) {
    return choices[random.below(N)];
}

// Two flights of three leave up to 10 minutes early; the delay of the others is exponential with a
// mean of half an hour.
int draw_departure_delay(base::Random& random) {
    if (random.below(3) != 0) return -static_cast<int>(random.below(11));
    return static_cast<int>(-30.0 * std::log(1.0 - random.unit()));
}

struct Flight {
    int departure_delay;
    std::string_view carrier;
    std::string date;
    AirportPair route;
};

Flight draw_flight(base::Random& random) {
    const AirportPair& route = pick(kRoutes, random);
    const int delay = draw_departure_delay(random);
    const std::string_view carrier = pick(kCarriers, random);
    const std::uint64_t year = 2015 + random.below(2);
    const std::uint64_t month = 1 + random.below(12);
    const std::uint64_t day = 1 + random.below(28);
    return {delay, carrier, fmt::format("{}-{:02}-{:02}", year, month, day), route};
}

std::string json_of(const Flight& flight) {
    return fmt::format(
        R"({{"DepDelay":{},"Carrier":"{}","FlightDate":"{}","Origin":"{}","Dest":"{}"}})",
        flight.departure_delay,
        flight.carrier,
        flight.date,
        flight.route.origin,
        flight.route.dest
    );
}

}  // namespace

std::vector<std::string> make_flight_forms(std::size_t count, base::Random& random) {
    std::vector<std::string> forms;
    forms.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Flight flight = draw_flight(random);
        forms.push_back(
            fmt::format(
                "DepDelay={}&Carrier={}&FlightDate={}&Origin={}&Dest={}",
                flight.departure_delay,
                flight.carrier,
                flight.date,
                flight.route.origin,
                flight.route.dest
            )
        );
    }
    return forms;
}

std::vector<std::string> make_flight_json(
    std::size_t count, std::uint32_t batch, base::Random& random
) {
    std::vector<std::string> bodies;
    bodies.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        std::string body = batch > 1 ? "[" : "";
        for (std::uint32_t flight = 0; flight < batch; ++flight) {
            if (flight > 0) body += ',';
            body += json_of(draw_flight(random));
        }
        if (batch > 1) body += ']';
        bodies.push_back(std::move(body));
    }
    return bodies;
}

}  // namespace flightcast::loadtest
