// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "base/clock.h"
#include "scoring/model.h"

namespace flightcast::scoring {

// A model that takes longer for a request, in the mean of a batch, is slow.
inline constexpr std::chrono::microseconds kSlowAnswer = std::chrono::milliseconds(10);

// So many batches in a row: a machine that stands still for a moment makes one or two slow.
inline constexpr int kSlowBatches = 5;

// The same model, which tells its on_fault() when it has been slow for kSlowBatches batches in a
// row, each of which it answers all the same. Any threads may ask it. REQUIRES: `clock` outlives
// the result.
[[nodiscard]] Model with_latency_guard(Model model, const base::Clock& clock);

}  // namespace flightcast::scoring
