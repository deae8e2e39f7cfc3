// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "history/history_store.h"
#include "performance/performance.h"

namespace flightcast::history {

// The first and the last day of a window that ends at `end`.
[[nodiscard]] std::pair<std::int32_t, std::int32_t> days_of(
    performance::Window window, base::WallTime end
);

// The figures that follow from the sums of these days, as performance::Performance::ask() has them
// of windows that the log still holds. REQUIRES: is_by_days(split).
[[nodiscard]] performance::Report report_of(
    const std::vector<DaySums>& days,
    performance::Window window,
    performance::Split split,
    base::WallTime end
);

// Whether daily sums have figures by this split: by model, class and day.
[[nodiscard]] bool is_by_days(performance::Split split);

}  // namespace flightcast::history
