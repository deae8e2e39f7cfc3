// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "features/predictor.h"
#include "flight/airports/airport_table.h"
#include "flight/route_table.h"
#include "forest/bundle.h"

namespace flightcast::models {

// The model in `folder`, or, when that is empty, the one inside the program.
[[nodiscard]] base::Result<features::Predictor> load_model(const std::filesystem::path& folder);

// A model that was just loaded or trained, with the airports that it needs.
[[nodiscard]] base::Result<features::Predictor> make_predictor(forest::Bundle bundle);

// The distances inside the program.
[[nodiscard]] base::Result<flight::RouteTable> load_routes();

// The airports inside the program; unavailable on a machine without a time zone database.
[[nodiscard]] base::Result<flight::AirportTable> load_airports();

// The same; null on such a machine.
[[nodiscard]] std::shared_ptr<const flight::AirportTable> airports_or_none();

}  // namespace flightcast::models
