// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "features/predictor.h"
#include "flight/airports/airport_table.h"
#include "flight/route_table.h"

namespace flightcast::models {

// The model in `folder`, or, when that is empty, the one inside the program.
[[nodiscard]] base::Result<features::Predictor> load_model(const std::filesystem::path& folder);

// The distances inside the program.
[[nodiscard]] base::Result<flight::RouteTable> load_routes();

// The airports inside the program; unavailable on a machine without a time zone database.
[[nodiscard]] base::Result<flight::AirportTable> load_airports();

}  // namespace flightcast::models
