// SPDX-License-Identifier: Apache-2.0
#include "evaluate/baselines.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"

namespace flightcast::evaluate {
namespace {

using forest::DelayCounts;

constexpr double kShrinkRows = 1;

// The place of a delay in the table.
std::size_t place_of(float dep_delay) {
    const float minute = std::clamp(
        std::round(dep_delay),
        static_cast<float>(DelayCounts::kMinutesMin),
        static_cast<float>(DelayCounts::kMinutesMax)
    );
    return static_cast<std::size_t>(static_cast<int>(minute) - DelayCounts::kMinutesMin);
}

}  // namespace

DelayCounts count_delays(const dataset::FlightTable& table, std::span<const std::uint32_t> rows) {
    DelayCounts counts;
    for (const std::uint32_t row : rows) {
        auto& minute = counts.minutes[place_of(table.dep_delay[row])];
        ++minute[flight::class_of_delay(table.arr_delay[row])];
    }
    return counts;
}

flight::Probabilities class_shares(const DelayCounts& counts) {
    flight::Probabilities shares{};
    double flights = 0;
    for (const auto& minute : counts.minutes) {
        for (std::size_t c = 0; c < flight::kClassCount; ++c) {
            shares[c] += static_cast<double>(minute[c]);
            flights += static_cast<double>(minute[c]);
        }
    }
    FC_CHECK(flights > 0);
    for (double& part : shares) part /= flights;
    return shares;
}

DepDelayTable::DepDelayTable(const DelayCounts& counts) {
    const flight::Probabilities of_all = class_shares(counts);
    for (const auto& minute : counts.minutes) {
        double flights = kShrinkRows;
        for (const std::uint64_t count : minute) flights += static_cast<double>(count);
        flight::Probabilities shares{};
        for (std::size_t c = 0; c < flight::kClassCount; ++c) {
            shares[c] = (static_cast<double>(minute[c]) + kShrinkRows * of_all[c]) / flights;
        }
        shares_.push_back(shares);
    }
}

const flight::Probabilities& DepDelayTable::answer(float dep_delay) const {
    return shares_[place_of(dep_delay)];
}

}  // namespace flightcast::evaluate
