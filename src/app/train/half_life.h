// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "app/train/train_options.h"
#include "base/result.h"
#include "dataset/flight_table.h"

namespace flightcast::app::train {

// The half-life of the flights' weights, in days, that learns best from `rows`: small forests learn
// from the first five sixths of their days with each of a few half-lives, and the log loss on the
// rest decides; 0, where no weights do best. Later flights are never looked at. Fails as learning
// does.
//
// REQUIRES: `rows` are rows of `table`, with online features if the options name such.
[[nodiscard]] base::Result<double> choose_half_life(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const TrainOptions& options
);

}  // namespace flightcast::app::train
