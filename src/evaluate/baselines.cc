// SPDX-License-Identifier: Apache-2.0
#include "evaluate/baselines.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"

namespace flightcast::evaluate {
namespace {

constexpr std::size_t kClasses = flight::kClassCount;
constexpr int kMinutesMin = -30;
constexpr int kMinutesMax = 120;
constexpr std::size_t kMinutes = kMinutesMax - kMinutesMin + 1;
constexpr double kShrinkRows = 1;

using Counts = std::array<double, kClasses>;

Counts count_classes(const dataset::FlightTable& table, std::span<const std::uint32_t> rows) {
    Counts counts{};
    for (const std::uint32_t row : rows) ++counts[flight::class_of_delay(table.arr_delay[row])];
    return counts;
}

// Delays beyond the table count as its ends.
std::size_t place_of(float dep_delay) {
    const float minute = std::clamp(
        std::round(dep_delay), static_cast<float>(kMinutesMin), static_cast<float>(kMinutesMax)
    );
    return static_cast<std::size_t>(static_cast<int>(minute) - kMinutesMin);
}

}  // namespace

flight::Probabilities class_shares(
    const dataset::FlightTable& table, std::span<const std::uint32_t> rows
) {
    FC_CHECK(!rows.empty());
    flight::Probabilities shares = count_classes(table, rows);
    for (double& part : shares) part /= static_cast<double>(rows.size());
    return shares;
}

DepDelayTable::DepDelayTable(
    const dataset::FlightTable& table, std::span<const std::uint32_t> rows
) {
    const flight::Probabilities of_all = class_shares(table, rows);
    std::vector<Counts> counts(kMinutes);
    for (const std::uint32_t row : rows) {
        Counts& minute = counts[place_of(table.dep_delay[row])];
        ++minute[flight::class_of_delay(table.arr_delay[row])];
    }
    for (const Counts& minute : counts) {
        double flights = kShrinkRows;
        for (const double count : minute) flights += count;
        flight::Probabilities shares{};
        for (std::size_t c = 0; c < kClasses; ++c) {
            shares[c] = (minute[c] + kShrinkRows * of_all[c]) / flights;
        }
        shares_.push_back(shares);
    }
}

const flight::Probabilities& DepDelayTable::answer(float dep_delay) const {
    return shares_[place_of(dep_delay)];
}

}  // namespace flightcast::evaluate
