// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "dataset/flight_table.h"
#include "features/known_features.h"

namespace flightcast::features {

// A number that is the same for two rows of `table` exactly when FeatureKey gives the same text for
// them: so a text is looked at once, not once a row.
//
// REQUIRES: `id` is looked up in a table; row < table.size().
[[nodiscard]] inline std::uint32_t row_key(
    FeatureId id, const dataset::FlightTable& table, std::size_t row
) {
    switch (id) {
        case FeatureId::carrier:
        case FeatureId::carrier_minutes_lost:
            return table.carrier[row];
        case FeatureId::origin:
        case FeatureId::origin_minutes_lost:
            return table.origin[row];
        case FeatureId::dest:
        case FeatureId::dest_minutes_lost:
            return table.dest[row];
        default:
            return std::uint32_t{table.origin[row]} << 16U | table.dest[row];
    }
}

}  // namespace flightcast::features
