// SPDX-License-Identifier: Apache-2.0
#include "train/encode_rows.h"

#include <utility>

#include "features/flight_facts.h"
#include "flight/prediction.h"

namespace flightcast::train {

TrainingSet encode_rows(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const forest::Schema& schema,
    const features::Encoder& encoder,
    std::size_t bins_max
) {
    const std::size_t features = schema.features.size();
    std::vector<std::vector<float>> values(features);
    for (std::vector<float>& column : values) column.reserve(rows.size());
    TrainingSet set;
    set.classes.reserve(rows.size());
    for (const std::uint32_t row : rows) {
        const features::FeatureRow encoded = encoder.encode(features::facts_of(table, row));
        for (std::size_t feature = 0; feature < features; ++feature) {
            values[feature].push_back(encoded[feature]);
        }
        set.classes.push_back(
            static_cast<std::uint8_t>(flight::class_of_delay(table.arr_delay[row]))
        );
    }
    for (std::size_t feature = 0; feature < features; ++feature) {
        set.columns.push_back(bin_column(schema.features[feature], values[feature], bins_max));
        values[feature] = {};
    }
    return set;
}

}  // namespace flightcast::train
