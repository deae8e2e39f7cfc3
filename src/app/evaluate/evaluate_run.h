// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/flight_loader.h"
#include "evaluate/judgement.h"

namespace flightcast::app::evaluate {

// The options of `flightcast evaluate`.
struct EvaluateOptions {
    std::filesystem::path model;  // empty: the one inside the program
    std::vector<std::filesystem::path> against;
    std::vector<std::filesystem::path> data;
    std::vector<std::filesystem::path> history;  // earlier flights, for online features
    std::string columns;                         // as ColumnNames::parse reads it
    std::optional<dataset::Day> from;
    std::optional<dataset::Day> until;
    bool all_days = false;  // also those that a model learned from
    std::size_t threads = 1;
    std::uint64_t seed = 1;
    dataset::LoadOptions load;
};

struct EvaluateOutcome {
    std::vector<dataset::FileReport> reports;   // of each file
    flightcast::evaluate::Judgement judgement;  // the model first, then the others, then baselines
    std::vector<std::string> notes;             // sentences that people should know
};

// Reads models and flights and judges the models on the flights that are later than all that any of
// them learned from. Fails as the parts do, with invalid_argument when no flight is left.
[[nodiscard]] base::Result<EvaluateOutcome> evaluate_models(const EvaluateOptions& options);

}  // namespace flightcast::app::evaluate
