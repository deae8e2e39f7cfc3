// SPDX-License-Identifier: Apache-2.0
#include "load/flight_forms.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

namespace flightcast::load {
namespace {

struct Route {
    std::string_view origin;
    std::string_view dest;
};

constexpr std::array kRoutes = {
    Route{"ATL", "SFO"}, Route{"SFO", "ATL"}, Route{"LAX", "SFO"}, Route{"SFO", "LAX"},
    Route{"JFK", "LAX"}, Route{"LAX", "JFK"}, Route{"ORD", "LGA"}, Route{"LGA", "ORD"},
    Route{"ATL", "MCO"}, Route{"MCO", "ATL"}, Route{"DFW", "DEN"}, Route{"DEN", "DFW"},
    Route{"SEA", "ANC"}, Route{"ANC", "SEA"}, Route{"BOS", "DCA"}, Route{"DCA", "BOS"},
    Route{"PHX", "LAS"}, Route{"LAS", "PHX"}, Route{"HNL", "OGG"}, Route{"OGG", "HNL"},
    Route{"ORD", "MSP"}, Route{"MSP", "ORD"}, Route{"IAH", "DAL"}, Route{"EWR", "SFO"},
    Route{"CLT", "PHL"}, Route{"MIA", "LGA"}, Route{"BWI", "BOS"}, Route{"SLC", "PHX"},
    Route{"SAN", "SJC"}, Route{"OAK", "BUR"}, Route{"HOU", "DAL"}, Route{"DTW", "ATL"},
    Route{"TPA", "FLL"}, Route{"PDX", "SEA"}, Route{"MDW", "STL"}, Route{"JFK", "SEA"},
    Route{"LAX", "HNL"}, Route{"DAL", "HOU"}, Route{"ATL", "JFK"}, Route{"MSY", "IAH"},
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

}  // namespace

std::vector<std::string> make_flight_forms(std::size_t count, base::Random& random) {
    std::vector<std::string> forms;
    forms.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Route& route = pick(kRoutes, random);
        forms.push_back(
            fmt::format(
                "DepDelay={}&Carrier={}&FlightDate={}-{:02}-{:02}&Origin={}&Dest={}",
                draw_departure_delay(random),
                pick(kCarriers, random),
                2015 + random.below(2),
                1 + random.below(12),
                1 + random.below(28),
                route.origin,
                route.dest
            )
        );
    }
    return forms;
}

}  // namespace flightcast::load
