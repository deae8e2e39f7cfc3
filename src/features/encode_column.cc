// SPDX-License-Identifier: Apache-2.0
#include "features/encode_column.h"

#include <boost/unordered/unordered_flat_map.hpp>

#include "features/flight_facts.h"
#include "features/row_key.h"

namespace flightcast::features {

std::vector<float> encode_column(
    const Encoder& encoder,
    std::size_t feature,
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows
) {
    std::vector<float> values;
    values.reserve(rows.size());
    const KnownFeature& known = encoder.known(feature);
    if (known.source == FeatureSource::number) {
        for (const std::uint32_t row : rows) {
            values.push_back(encoder.value(feature, facts_of(table, row)));
        }
        return values;
    }
    boost::unordered_flat_map<std::uint32_t, float> known_values;
    for (const std::uint32_t row : rows) {
        const auto [place, is_new] = known_values.try_emplace(row_key(known.key, table, row), 0.0F);
        if (is_new) place->second = encoder.value(feature, facts_of(table, row));
        values.push_back(place->second);
    }
    return values;
}

}  // namespace flightcast::features
