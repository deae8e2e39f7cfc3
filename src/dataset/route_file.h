// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "base/result.h"
#include "dataset/row/column_names.h"
#include "flight/route_table.h"

namespace flightcast::dataset {

// Reads routes and their distances from a file (see FlightFile) with Origin, Dest and Distance: a
// table of distances, or any file of flights. Of a route that stands there again the first distance
// counts.
//
// Fails as FlightFile does, and with invalid_argument for the first row that cannot be read or
// lacks one of the three; the detail has its place and what was found.
[[nodiscard]] base::Result<flight::RouteTable> load_route_file(
    const std::filesystem::path& file, const ColumnNames& columns
);

}  // namespace flightcast::dataset
