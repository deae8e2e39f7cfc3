// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "dataset/row/day.h"
#include "features/online/fold.h"
#include "features/online/news.h"
#include "flight/airports/airport_table.h"
#include "replay/flight_list.h"
#include "replay/planner.h"

namespace flightcast::timeline {

struct FoldRunOptions {
    replay::PlanOptions plan{.departures = true};

    // The last days, rising, of which states are wanted: each is taken before the first step in
    // which a flight of a later day leaves or lands. The fold goes on from the bytes of the state,
    // as one does that begins with them.
    std::vector<dataset::Day> cuts{};
    std::shared_ptr<const flight::AirportTable> airports{};  // of the folds that go on
};

// Called for each flight that leaves, in the order of the replay, with what was known then.
using OnAsked = std::function<void(std::uint32_t flight, const features::online::Values& values)>;

// A state at the end of a day: the bytes of features/online/state_file.h.
struct CutState {
    dataset::Day last{};
    std::vector<std::byte> bytes;
};

// Feeds the flights of the list to `fold`, step by step as `flightcast replay --departures` plays
// them: each flight's values follow from the reports that a replay has handed over when it asks
// about that flight, and equal those of a scorer bit for bit. Gives the states of the cuts; a cut
// after the last flight has the state at the end. Fails when a state cannot be read again.
//
// REQUIRES: `list` is arranged.
[[nodiscard]] base::Result<std::vector<CutState>> run_fold(
    const replay::FlightList& list,
    features::online::Fold& fold,
    const FoldRunOptions& options,
    const OnAsked& on_asked
);

// The news that the report of a departure, or of the end of a flight, is to the fold; the same as
// news_of() of the report that a replay makes. The names are borrowed from the list.
[[nodiscard]] features::online::News departure_news(
    const replay::FlightList& list, const replay::PlannedReport& report
);
[[nodiscard]] features::online::News arrival_news(
    const replay::FlightList& list, const replay::PlannedReport& report
);

}  // namespace flightcast::timeline
