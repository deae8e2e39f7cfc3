// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "dataset/flight_reader.h"

namespace flightcast::dataset {

// Reads the rows that follow `header`, the line that `lines` gave last, without a byte order mark.
// Fails with invalid_argument when the header has bad quotes or lacks a needed column.
[[nodiscard]] base::Result<std::unique_ptr<FlightReader>> open_csv(
    LineReader lines, std::span<char> header
);

}  // namespace flightcast::dataset
