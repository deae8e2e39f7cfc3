// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "app/train_run.h"

namespace flightcast::app {

// What was read, learned and judged, as text for people.
[[nodiscard]] std::string report_text(
    const TrainOutcome& outcome, const std::filesystem::path& out
);

// The same as one JSON object in one line.
[[nodiscard]] std::string report_json(
    const TrainOutcome& outcome, const std::filesystem::path& out
);

}  // namespace flightcast::app
