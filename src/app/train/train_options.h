// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/day_split.h"
#include "dataset/flight_loader.h"
#include "features/learn_schema.h"
#include "train/random_forest.h"

namespace flightcast::app::train {

// The options of `flightcast train`. The defaults make the bundled model (docs/model.md says
// how they were chosen).
struct TrainOptions {
    std::vector<std::filesystem::path> data;
    std::string columns;  // as ColumnNames::parse reads it
    std::filesystem::path out;
    std::string name = "flightcast";
    dataset::LoadOptions load;
    dataset::DaySplitOptions days;
    features::SchemaOptions schema{
        .features = {"DepDelay", "Distance", "Carrier", "OriginMinutesLost", "DestMinutesLost"}
    };
    flightcast::train::ForestOptions forest{.trees = 80};
    std::size_t bins_max = 255;
    bool refit = false;  // after judging, learn again from the judged days as well
};

// The command that makes the same model again: every option that has a part in it, files without
// their folders.
[[nodiscard]] std::string command_line(const TrainOptions& options);

}  // namespace flightcast::app::train
