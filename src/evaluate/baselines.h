// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/flight_table.h"
#include "flight/prediction.h"
#include "forest/delay_counts.h"

namespace flightcast::evaluate {

// The counts that the baselines learn from the training `rows`.
[[nodiscard]] forest::DelayCounts count_delays(
    const dataset::FlightTable& table, std::span<const std::uint32_t> rows
);

// The class shares of all training flights, whatever the flight: "majority" when only the class
// counts.
//
// REQUIRES: `counts` has flights.
[[nodiscard]] flight::Probabilities class_shares(const forest::DelayCounts& counts);

// Predicts from the departure delay alone: for each whole minute of it the class shares of the
// training flights, shrunk towards those of all flights. A model has to beat this to be worth its
// size.
//
// Thread-safety: any thread may call const members.
class DepDelayTable {
  public:
    // REQUIRES: `counts` has flights.
    explicit DepDelayTable(const forest::DelayCounts& counts);

    [[nodiscard]] const flight::Probabilities& answer(float dep_delay) const;

  private:
    std::vector<flight::Probabilities> shares_;  // from forest::DelayCounts::kMinutesMin on
};

}  // namespace flightcast::evaluate
