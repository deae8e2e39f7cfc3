// SPDX-License-Identifier: Apache-2.0
#include "performance/class_counts.h"

#include <algorithm>
#include <cmath>

namespace flightcast::performance {
namespace {

// The first step is of those without a known delay.
std::size_t step_of(std::optional<double> dep_delay) {
    if (!dep_delay) return 0;
    const auto above = std::ranges::upper_bound(kDepDelayBounds, *dep_delay);
    return 1 + static_cast<std::size_t>(above - kDepDelayBounds.begin());
}

// The right answers and the summed loss of always answering the shares of these flights.
template <typename Classes>
void add_shares(const Classes& classes, double& right, double& loss, double& rows) {
    double all = 0;
    for (const std::int64_t count : classes) all += static_cast<double>(count);
    if (all <= 0) return;
    rows += all;
    right += static_cast<double>(std::ranges::max(classes));
    for (const std::int64_t count : classes) {
        if (count > 0)
            loss -= static_cast<double>(count) * std::log(static_cast<double>(count) / all);
    }
}

Baseline mean_of(double right, double loss, double rows) {
    if (rows <= 0) return {};
    return {.accuracy = right / rows, .log_loss = loss / rows};
}

}  // namespace

void ClassCounts::add(std::optional<double> dep_delay, std::size_t observed, std::int64_t times) {
    steps_[step_of(dep_delay)][observed] += times;
}

ClassCounts& ClassCounts::operator+=(const ClassCounts& other) {
    for (std::size_t step = 0; step < kSteps; ++step) {
        for (std::size_t c = 0; c < flight::kClassCount; ++c)
            steps_[step][c] += other.steps_[step][c];
    }
    return *this;
}

Baseline ClassCounts::class_shares() const {
    Classes all{};
    for (const Classes& step : steps_) {
        for (std::size_t c = 0; c < flight::kClassCount; ++c) all[c] += step[c];
    }
    double right = 0;
    double loss = 0;
    double rows = 0;
    add_shares(all, right, loss, rows);
    return mean_of(right, loss, rows);
}

Baseline ClassCounts::departure_delay() const {
    double right = 0;
    double loss = 0;
    double rows = 0;
    for (const Classes& step : steps_) add_shares(step, right, loss, rows);
    return mean_of(right, loss, rows);
}

}  // namespace flightcast::performance
