// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/flight_table.h"
#include "flight/prediction.h"

namespace flightcast::evaluate {

// The class shares of all training flights, whatever the flight: "majority" when only the class
// counts.
//
// REQUIRES: `rows` is not empty.
[[nodiscard]] flight::Probabilities class_shares(
    const dataset::FlightTable& table, std::span<const std::uint32_t> rows
);

// What the departure delay alone tells: for each whole minute of it the class shares of the
// training flights, shrunk towards those of all flights. A model has to beat this to be worth its
// size.
//
// Thread-safety: any thread may call const members.
class DepDelayTable {
  public:
    // Learns from the training `rows`. REQUIRES: there are some.
    DepDelayTable(const dataset::FlightTable& table, std::span<const std::uint32_t> rows);

    [[nodiscard]] const flight::Probabilities& answer(float dep_delay) const;

  private:
    std::vector<flight::Probabilities> shares_;  // from kMinutesMin on
};

}  // namespace flightcast::evaluate
