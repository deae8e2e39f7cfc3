// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/dictionary.h"
#include "dataset/row/day.h"

namespace flightcast::dataset {

// Scheduled departure of a flight that has none on record.
inline constexpr std::int16_t kNoScheduledMinute = -1;

// Flown flights to learn from, one vector per column, all equally long. Every row has both delays,
// a carrier and two airports; a distance that is not on record is NaN.
struct FlightTable {
    Dictionary carriers;
    Dictionary airports;  // of `origin` and `dest` alike

    std::vector<Day> day;
    std::vector<std::uint16_t> carrier;
    std::vector<std::uint16_t> origin;
    std::vector<std::uint16_t> dest;
    std::vector<std::int16_t> scheduled_minute;  // of the day, 0 .. 1439, local to the origin
    std::vector<float> dep_delay;                // minutes, negative is early
    std::vector<float> arr_delay;                // minutes, negative is early
    std::vector<float> distance;                 // miles

    // The online features of each row, one row behind the other and all of one width; empty where
    // they are unknown.
    std::vector<float> online;

    [[nodiscard]] std::size_t size() const { return day.size(); }

    // Empty without online features. REQUIRES: row < size().
    [[nodiscard]] std::span<const float> online_of(std::size_t row) const {
        const std::size_t width = online.size() / size();
        return std::span(online).subspan(row * width, width);
    }
};

// Rows of a table, in rising order.
using RowIds = std::vector<std::uint32_t>;

}  // namespace flightcast::dataset
