// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "forest/schema.h"

namespace flightcast::forest {

// The training flights of each class by their departure delay in whole minutes, for the baselines
// that a model is judged beside. Delays beyond the ends count as the ends.
struct DelayCounts {
    static constexpr int kMinutesMin = -30;
    static constexpr int kMinutesMax = 120;
    static constexpr std::size_t kMinutes = kMinutesMax - kMinutesMin + 1;

    std::array<std::array<std::uint64_t, kClassCount>, kMinutes> minutes{};

    bool operator==(const DelayCounts&) const = default;
};

}  // namespace flightcast::forest
