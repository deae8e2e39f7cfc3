// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include "base/clock.h"
#include "telemetry/readings.h"

namespace flightcast::status {

// Totals since the start of the process that rates and alarms are made of.
enum class Total {
    submitted,
    accepted,
    full,
    unknown,
    outcomes,
    failed,
    pushed,
    timeouts,
    responses,
    server_errors,
    dropped,
    set_aside,
    models_refused,
    store_errors,
    kafka_errors,
    cpu_seconds,
};
inline constexpr std::size_t kTotals = static_cast<std::size_t>(Total::cpu_seconds) + 1;

// The figures of one moment, small enough to keep an hour of them.
struct Sample {
    base::SteadyTime at{};
    base::WallTime wall{};
    std::array<double, kTotals> totals{};
    std::optional<telemetry::Spread> total_time;  // seconds from acceptance to push, see Board
    double lag_records = 0;                       // of all groups
    double connections = 0;
    double memory_bytes = 0;

    [[nodiscard]] double total(Total which) const {
        return totals[static_cast<std::size_t>(which)];
    }
};

// Without `total_time`.
[[nodiscard]] Sample sample_of(
    const telemetry::Readings& readings, base::SteadyTime at, base::WallTime wall
);

// How much a total grew from one sample to a later one, per second; 0 when no time went by. A total
// that fell began anew.
[[nodiscard]] double rate_between(const Sample& before, const Sample& now, Total which);

}  // namespace flightcast::status
