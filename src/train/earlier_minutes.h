// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "dataset/flight_table.h"
#include "features/known_features.h"

namespace flightcast::train {

struct EarlierOptions {
    double mean = 0;           // minutes lost by all training flights
    double shrink_rows = 100;  // as many flights with that mean are added
};

// The values that `rows` learn from in place of the encoding `id`: the same mean of ArrDelay -
// DepDelay over training flights of the carrier or airport, shrunk in the same way, but over those
// of earlier days alone, as it stood when the flight's day began. In 64ths, as encodings are.
//
// A mean with the flight itself in it tells the forest part of the answer, and one with the flights
// of its day what that day did to them, which no later flight is told: where a carrier or airport
// has few flights the forest learns those answers by heart. Leaving out the own day alone is no
// better for large airports: there the small differences of the means tell the days apart.
// (Prokhorenkova et al., "CatBoost: unbiased boosting with categorical features", 2018: ordered
// target statistics.)
//
// REQUIRES: `id` is encoded; `rows` are rows of `table`, each with both delays.
[[nodiscard]] std::vector<float> earlier_minutes(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    features::FeatureId id,
    const EarlierOptions& options
);

}  // namespace flightcast::train
