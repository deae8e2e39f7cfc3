// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

#include "schedule.h"

namespace flightcast::simulation {

// Takes events out of a failing schedule, and chance out of those that stay, as long as it still
// fails (delta debugging; Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
// Input", 2002). `fails` is asked at most `tries_max` times. REQUIRES: fails(schedule).
[[nodiscard]] Schedule minimize(
    Schedule schedule,
    const std::function<bool(const Schedule&)>& fails,
    std::size_t tries_max = 2'000
);

}  // namespace flightcast::simulation
