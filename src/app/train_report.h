// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "app/train_run.h"

namespace flightcast::app {

// What was read, learned and judged, as text for people.
[[nodiscard]] std::string report_text(
    const TrainOutcome& outcome, const std::filesystem::path& out
);

// How long each step of a training took.
using StepSeconds = std::vector<std::pair<std::string, double>>;

// The same as one JSON object in one line.
[[nodiscard]] std::string report_json(
    const TrainOutcome& outcome, const std::filesystem::path& out, const StepSeconds& seconds
);

}  // namespace flightcast::app
