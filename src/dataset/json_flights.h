// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "dataset/flight_reader.h"

namespace flightcast::dataset {

// Reads the rows of a file with one JSON object in each line, as Spark writes them. A field is
// text, a number or a boolean; null is absent.
[[nodiscard]] std::unique_ptr<FlightReader> open_json_lines(LineReader lines);

}  // namespace flightcast::dataset
