// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/flight_table.h"
#include "features/minutes_lost.h"
#include "forest/schema.h"

namespace flightcast::features {

struct SchemaOptions {
    std::vector<std::string> features;  // names of known features, each once

    // A carrier, airport or route with fewer training flights is left unknown: so the forest meets
    // unknown ones while it learns, and treats those of the future the same way.
    std::size_t category_rows_min = 20;

    // A mean is shrunk as if this many flights with the mean of all had been seen as well.
    double shrink_rows = 100;

    // The means of carriers and airports: rare ones are unknown there, too.
    [[nodiscard]] MeanOptions means() const {
        return {.rows_min = category_rows_min, .shrink_rows = shrink_rows};
    }
};

// Fails with invalid_argument when `features` names none, an unknown one, or one twice.
[[nodiscard]] base::Result<void> check_features(std::span<const std::string> features);

// The schema of a model with these features, its tables learned from the training `rows` alone.
// Fails as check_features does, and for a category that is too rare throughout.
[[nodiscard]] base::Result<forest::Schema> learn_schema(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const SchemaOptions& options
);

}  // namespace flightcast::features
