// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "app/evaluate/evaluate_run.h"
#include "base/result.h"
#include "dataset/flight_loader.h"
#include "dataset/flight_table.h"
#include "features/predictor.h"

namespace flightcast::app::evaluate {

// The flights to judge on. A model with online features has a table of its own: the same rows, with
// its knowledge when each of them left.
struct JudgedFlights {
    dataset::FlightTable table;
    std::vector<dataset::FlightTable> of_models;  // one for each model; without rows: `table` does
    std::vector<dataset::FileReport> reports;     // of each file
    std::vector<std::string> notes;               // sentences that people should know

    [[nodiscard]] const dataset::FlightTable& table_of(std::size_t model) const {
        const bool has_own = model < of_models.size() && of_models[model].size() > 0;
        return has_own ? of_models[model] : table;
    }
};

// Reads the files. Where a model has online features all flights are played in the order of time:
// then flights without CRSDepTime, or at airports of unknown time zone, are left out, for all
// models alike. Fails as the readers do.
[[nodiscard]] base::Result<JudgedFlights> load_judged_flights(
    const EvaluateOptions& options, std::span<const features::Predictor> models
);

}  // namespace flightcast::app::evaluate
