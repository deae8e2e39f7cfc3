// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "dataset/flight_table.h"
#include "features/online/fold.h"
#include "features/online/values.h"
#include "flight/airports/airport_table.h"
#include "replay/flight_list.h"
#include "timeline/fold_run.h"

namespace flightcast::timeline {

// Flights to learn from or to judge on, with the online features of each.
struct OnlineTable {
    dataset::FlightTable table;  // those that landed, of the wanted files, in the order of leaving
    std::vector<std::uint32_t> flights;  // of each row: its place in the list
    std::vector<CutState> states;        // of FoldRunOptions::cuts
};

// The flights of the list that landed and stand in one of its first `files` files, as rows without
// online features.
[[nodiscard]] base::Result<OnlineTable> table_of(const replay::FlightList& list, std::size_t files);

// Computes the online features of all rows, by all flights of the list. REQUIRES: `table` is
// table_of(list), and `fold` knows nothing, or what was reported before the first of them.
[[nodiscard]] base::Result<void> fill_online(
    OnlineTable& table,
    const replay::FlightList& list,
    features::online::Fold fold,
    const FoldRunOptions& options
);

}  // namespace flightcast::timeline
