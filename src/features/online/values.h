// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace flightcast::features::online {

// How the features below are computed. A model says for which version it was made; it is raised
// when one is computed differently, and a program answers with models of its own version alone.
inline constexpr std::uint32_t kFoldVersion = 1;

// The online features, in the order of a row of values. "MinutesLost" is a mean of ArrDelay -
// DepDelay over flights that landed, weighted by age: the span is the half-life of the weights.
enum class Value : std::size_t {
    expected_minutes_lost,        // the additive model (effects.h)
    expected_minutes_lost_error,  // its standard deviation, minutes
    elapsed_over_schedule,        // minutes: flights of the route aloft, less the schedule
    carrier_origin_dep_delay_2h,  // mean departure delay, minutes
    origin_dep_delay_1h,
    dest_dep_delay_2h,
    flight_minutes_lost_squared_21d,
    route_minutes_lost_squared_14d,
    flight_minutes_lost_21d,
    dest_minutes_lost_2h,
    origin_minutes_lost_1h,
    region_minutes_lost_2h,
    route_minutes_lost_8h,
    route_minutes_lost_14d,
    carrier_route_minutes_lost_14d,
    dest_minutes_lost_7d,
    carrier_minutes_lost_4h,
    system_minutes_lost_4h,
    system_landings_4h,  // their weights added up: how much is known of the last hours
};
inline constexpr std::size_t kValueCount = 19;

// The names of the values as features of a model, in the order of Value.
inline constexpr std::array<std::string_view, kValueCount> kValueNames = {
    "ExpectedMinutesLost",
    "ExpectedMinutesLostError",
    "ElapsedOverSchedule",
    "CarrierOriginDepDelay2h",
    "OriginDepDelay1h",
    "DestDepDelay2h",
    "FlightMinutesLostSquared21d",
    "RouteMinutesLostSquared14d",
    "FlightMinutesLost21d",
    "DestMinutesLost2h",
    "OriginMinutesLost1h",
    "RegionMinutesLost2h",
    "RouteMinutesLost8h",
    "RouteMinutesLost14d",
    "CarrierRouteMinutesLost14d",
    "DestMinutesLost7d",
    "CarrierMinutesLost4h",
    "SystemMinutesLost4h",
    "SystemLandings4h",
};

// One value of each, NaN when nothing is known.
using Values = std::array<float, kValueCount>;

}  // namespace flightcast::features::online
