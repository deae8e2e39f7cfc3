// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "dataset/flight_table.h"
#include "features/known_features.h"

namespace flightcast::features {

// A number that is the same for two rows of `table` exactly when FeatureKey gives the same text for
// them: so a text is looked at once, not once a row.
//
// REQUIRES: `key` is not none; row < table.size().
[[nodiscard]] inline std::uint32_t row_key(
    KeyOf key, const dataset::FlightTable& table, std::size_t row
) {
    switch (key) {
        case KeyOf::carrier:
            return table.carrier[row];
        case KeyOf::origin:
            return table.origin[row];
        case KeyOf::dest:
            return table.dest[row];
        case KeyOf::route:
            return std::uint32_t{table.origin[row]} << 16U | table.dest[row];
        case KeyOf::none:
            break;
    }
    base::check_failed("the feature is looked up in a table", __FILE__, __LINE__);
}

}  // namespace flightcast::features
