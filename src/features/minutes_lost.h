// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace flightcast::features {

struct MeanOptions {
    std::size_t rows_min = 20;  // of fewer flights nothing is known but the mean of all
    double shrink_rows = 100;   // as many flights with the mean of all are added
};

// Means are kept in 64ths of a minute: exact in decimal text, and finer than any effect.
[[nodiscard]] inline float to_64th(double value) {
    return static_cast<float>(std::round(value * 64) / 64);
}

// Flights, and the minutes of ArrDelay - DepDelay that they lost in all.
struct MinutesLost {
    std::uint64_t flights = 0;
    double minutes = 0;

    void add(const MinutesLost& other) {
        flights += other.flights;
        minutes += other.minutes;
    }

    [[nodiscard]] bool enough(const MeanOptions& options) const {
        return flights > 0 && flights >= options.rows_min;
    }

    // REQUIRES: enough(options).
    [[nodiscard]] float shrunk_mean(double mean_of_all, const MeanOptions& options) const {
        const double rows = static_cast<double>(flights) + options.shrink_rows;
        return to_64th((minutes + options.shrink_rows * mean_of_all) / rows);
    }
};

}  // namespace flightcast::features
