// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "dataset/flight_table.h"
#include "features/encoder.h"
#include "forest/distributions.h"
#include "forest/schema.h"

namespace flightcast::drift {

// The number of bins, that of missing values included.
[[nodiscard]] std::size_t bin_count(const forest::Distribution& distribution);

// The bin of a value of a feature row; NaN is a missing one. REQUIRES: not negative where the
// feature is categorical.
[[nodiscard]] std::size_t bin_of(const forest::Distribution& distribution, float value);

// Ten bins that hold about a tenth of the values each; fewer where values repeat.
[[nodiscard]] forest::Distribution numeric_distribution(
    std::string feature, std::span<const float> values
);

// A bin for each category that at least a fiftieth of the values have, at most 15.
[[nodiscard]] forest::Distribution categorical_distribution(
    std::string feature, std::span<const float> values
);

// Of each feature of the schema over the rows of a table. REQUIRES: `encoder` is of the schema.
[[nodiscard]] std::vector<forest::Distribution> distributions_of(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const forest::Schema& schema,
    const features::Encoder& encoder
);

}  // namespace flightcast::drift
