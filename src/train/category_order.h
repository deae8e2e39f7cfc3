// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/node_counts.h"

namespace flightcast::train {

// The bins that are not empty, in the order of their class shares along the direction in which
// these differ most, weighted by rows; equal ones by number. Which end is first is arbitrary,
// but the same for the same counts.
[[nodiscard]] std::vector<std::uint16_t> order_categories(std::span<const BinCounts> bins);

}  // namespace flightcast::train
