// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/flight_table.h"
#include "features/encoder.h"

namespace flightcast::features {

// The values of one feature of `encoder` for `rows` of `table`. Each distinct carrier, airport
// or route goes through the encoder once.
//
// REQUIRES: feature < encoder.feature_count(); `rows` are rows of `table`.
[[nodiscard]] std::vector<float> encode_column(
    const Encoder& encoder,
    std::size_t feature,
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows
);

}  // namespace flightcast::features
