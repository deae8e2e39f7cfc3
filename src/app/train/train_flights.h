// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/train/train_options.h"
#include "app/train/train_run.h"
#include "base/result.h"
#include "dataset/day_split.h"
#include "dataset/flight_loader.h"
#include "flight/airports/airport_table.h"
#include "replay/flight_list.h"
#include "timeline/online_table.h"

namespace flightcast::app::train {

// The flights to learn from and to judge on, and the features to learn.
struct TrainFlights {
    timeline::OnlineTable rows;
    std::vector<dataset::FileReport> reports;  // of each file
    std::vector<std::string> features;
    std::vector<std::string> notes;  // sentences that people should know

    // Of a model with online features; else null and absent.
    std::shared_ptr<const flight::AirportTable> airports;
    std::optional<replay::FlightList> list;

    [[nodiscard]] bool is_online() const { return list.has_value(); }
};

// Reads the files, and chooses the features where the options name none: the online set when the
// files have times and known airports, four weeks of days and 1,000 flights a day at least; else
// the static one, and a note says why. Fails as the readers do; for named online features also when
// files lack times.
[[nodiscard]] base::Result<TrainFlights> load_train_flights(
    const TrainOptions& options, TrainListener& listener
);

// Computes the online features of all rows, and the states after the days learned from and judged
// on. Does nothing for a static model.
[[nodiscard]] base::Result<void> fill_online(TrainFlights& flights, const dataset::DaySplit& split);

}  // namespace flightcast::app::train
