// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "telemetry/metrics.h"

namespace flightcast::app::serve {

// From now on each text of `metrics` tells how large the database and its write-ahead log are, and
// how much room its disk has. A size that cannot be read is left as it was.
void add_data_metrics(telemetry::Metrics& metrics, const std::filesystem::path& database);

}  // namespace flightcast::app::serve
