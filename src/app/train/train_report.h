// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/train/train_progress.h"
#include "app/train/train_run.h"

namespace flightcast::app::train {

// The use of the rows of one file, a line or a few.
[[nodiscard]] std::string file_text(const dataset::FileReport& report);

// The report of a training as text for people: reading, learning, judging.
[[nodiscard]] std::string report_text(
    const TrainOutcome& outcome, const std::filesystem::path& out
);

// The same as one JSON object in one line.
[[nodiscard]] std::string report_json(
    const TrainOutcome& outcome,
    const std::filesystem::path& out,
    const std::vector<StepTime>& steps
);

}  // namespace flightcast::app::train
