// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

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
};

// The training set of `rows` of `table`: each row encoded as a request would be, but the mean of
// its carrier or airport made so that its own answer is no part of it (fair_minutes.h), then
// binned. Its size is about a byte for each row and feature; each thread needs four more a row
// meanwhile. Fails with invalid_argument when all rows are of one class or lack a feature: nothing
// can be learned.
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
