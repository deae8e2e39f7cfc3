// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "dataset/flight_table.h"
#include "features/encoder.h"
#include "features/minutes_lost.h"
#include "forest/schema.h"
#include "train/training_set.h"

namespace flightcast::train {

struct EncodeOptions {
    std::size_t bins_max = 255;   // 2 .. kBinsMax; up to 255 take a byte a row
    features::MeanOptions means;  // that features::learn_schema had
    std::size_t threads = 1;
    double half_life_days = 0;  // flights so much older than the last weigh half; 0: all the same
};

// The tables by which flights become features, and how its means were made.
struct FeatureTables {
    const forest::Schema& schema;
    const features::Encoder& encoder;  // made from `schema`
    features::MeanOptions means;       // that features::learn_schema had
};

// The values of one feature that `rows` learn from, in their order: as a request would be encoded,
// but the mean of its carrier or airport made so that its own answer is no part of it
// (fair_minutes.h).
//
// REQUIRES: feature < encoder.feature_count(); `rows` are rows of `table`.
[[nodiscard]] std::vector<float> learning_values(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const FeatureTables& tables,
    std::size_t feature
);

// The training set of `rows` of `table`: the learning_values of each feature, binned. Its size is
// about a byte for each row and feature; each thread needs four more a row meanwhile. Fails with
// invalid_argument when all rows are of one class or lack a feature: nothing can be learned.
//
// REQUIRES: `encoder` was made from `schema`; `rows` are rows of `table`, at least one.
[[nodiscard]] base::Result<TrainingSet> encode_rows(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const forest::Schema& schema,
    const features::Encoder& encoder,
    const EncodeOptions& options
);

}  // namespace flightcast::train
