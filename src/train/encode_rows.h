// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "dataset/flight_table.h"
#include "features/encoder.h"
#include "forest/schema.h"
#include "train/training_set.h"

namespace flightcast::train {

// The training set of `rows` of `table`: each row encoded as a request would be, then binned.
//
// REQUIRES: `encoder` was made from `schema`; `rows` are rows of `table`; 2 <= bins_max <= 65,534.
[[nodiscard]] TrainingSet encode_rows(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const forest::Schema& schema,
    const features::Encoder& encoder,
    std::size_t bins_max
);

}  // namespace flightcast::train
