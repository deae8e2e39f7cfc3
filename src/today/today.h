// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "features/online/fold.h"

namespace flightcast::today {

// The airports of the table that pages show.
inline constexpr std::size_t kLiveAirportsMax = 100;

// How flights went that touched a place in the last hours. Where little is known the minutes lean
// on the usual ones, as the features of models do (features/online/fold.h).
struct State {
    double minutes_lost = 0;        // mean of ArrDelay - DepDelay now, weighted by age
    double usual_minutes_lost = 0;  // the same of the last week or fortnight
    double dep_delay = 0;           // mean departure delay now
    double expected_arr_delay = 0;  // of a flight that leaves now, minutes
    double flights = 0;             // that landed, weighted by age: at most so many as there were
    std::optional<base::WallTime> newest{};  // when one was reported last

    [[nodiscard]] double deviation() const { return minutes_lost - usual_minutes_lost; }
};

struct AirportToday {
    std::string code;
    State into;    // flights that land there; weights halve in 2 hours, the usual ones in 7 days
    State out_of;  // flights that leave there; in 1 hour, the usual ones are those of all flights
};

struct RouteToday {
    State state;  // weights halve in 8 hours, the usual ones in 14 days; 1 hour for the delay
    double expected_minutes_lost = 0;  // by the additive model
    double error = 0;                  // its standard deviation, minutes
};

// The state of an airport or a route at a time, as far as the reports of the fold tell. Names that
// no report had give the usual values and no flights.
[[nodiscard]] AirportToday airport_today(
    const features::online::Fold& fold, std::string_view code, base::WallTime now
);
[[nodiscard]] RouteToday route_today(
    const features::online::Fold& fold,
    std::string_view origin,
    std::string_view dest,
    base::WallTime now
);

// Whether a report was about a flight from or to the airport.
[[nodiscard]] bool knows_airport(const features::online::Fold& fold, std::string_view code);

// The same of a route.
[[nodiscard]] bool knows_route(
    const features::online::Fold& fold, std::string_view origin, std::string_view dest
);

// The airports that limits::kFewFlights flights at least landed at in the last hours (by
// State::flights), most minutes lost first, at most kLiveAirportsMax.
[[nodiscard]] std::vector<AirportToday> worst_airports(
    const features::online::Fold& fold, base::WallTime now
);

// When the newest report was; nothing before any.
[[nodiscard]] std::optional<base::WallTime> as_of(const features::online::Fold& fold);

}  // namespace flightcast::today
