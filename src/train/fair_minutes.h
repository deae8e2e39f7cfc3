// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataset/flight_table.h"
#include "features/known_features.h"
#include "features/minutes_lost.h"

namespace flightcast::train {

// The values that `rows` learn from in place of an encoding by `key`: the same mean of ArrDelay -
// DepDelay over training flights, shrunk in the same way, in 64ths, `unknown` of too few flights.
//
// A mean with the flight itself in it tells the forest part of the answer, and one with the flights
// of its day what that day did to them, which no later flight is told: where a carrier or airport
// has few flights or few days the forest learns those answers by heart. So there the mean is taken
// over a random half of the days, one without the flight's own day. Not over all other days:
// such means differ exactly by what is left out, which tells as much as leaving it in does. Sixteen
// ways of halving the days, one drawn for each key and day, hide that difference behind chance.
//
// Where the key has many flights on many days (kWholeMean...), one day weighs next to nothing, and
// the mean is that of all flights, as it will be in the model: with half of the days the forest
// would think less of it than it is worth.
//
// The result depends on nothing but the arguments.
// REQUIRES: `key` is not none; `rows` are rows of `table`, each with both delays.
[[nodiscard]] std::vector<float> fair_minutes(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    features::KeyOf key,
    float unknown,
    const features::MeanOptions& options
);

// The bounds from which on a key has the mean of all its flights: so many flights, and so many days
// (flights squared by the sum of the squares of each day's flights, so that a day weighs as much as
// its flights).
inline constexpr std::uint64_t kWholeMeanFlightsMin = 300;
inline constexpr std::uint64_t kWholeMeanDaysMin = 30;

}  // namespace flightcast::train
