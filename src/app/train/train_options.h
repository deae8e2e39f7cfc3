// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/options/options.h"
#include "dataset/day_split.h"
#include "dataset/flight_loader.h"
#include "features/learn_schema.h"
#include "logged/logged_flights.h"
#include "train/random_forest.h"

namespace flightcast::app::train {

// Where `flightcast train --from-log` reads.
struct TrainLog {
    options::ServeOptions serve;
    logged::Period period;
};

// The options of `flightcast train`. The defaults make the bundled model (docs/model.md says
// how they were chosen).
struct TrainOptions {
    std::vector<std::filesystem::path> data;  // empty: `log` is read
    std::optional<TrainLog> log{};
    std::vector<std::filesystem::path> history;  // earlier flights, for online features
    std::string columns;                         // as ColumnNames::parse reads it
    std::filesystem::path out;
    std::string name = "flightcast";
    dataset::LoadOptions load;
    dataset::DaySplitOptions days;
    features::SchemaOptions schema{.features = {}};  // none: see choose_features
    flightcast::train::ForestOptions forest{.trees = 80};
    double half_life_days = 0;       // how much less older flights weigh; 0: not at all
    bool chooses_half_life = false;  // the learning days decide instead (half_life.h)
    std::size_t bins_max = 255;
    bool refit = false;  // after judging, learn again from the judged days as well
};

// The features of a model that knows the flight alone, and those of one that also goes by the
// arrivals of the last hours and weeks.
[[nodiscard]] std::vector<std::string> static_features();
[[nodiscard]] std::vector<std::string> online_features();

// Whether one of `features` follows from arrivals.
[[nodiscard]] bool are_online(std::span<const std::string> features);

// The command that makes the same model again: every option that has a part in it, files without
// their folders.
[[nodiscard]] std::string command_line(const TrainOptions& options);

}  // namespace flightcast::app::train
