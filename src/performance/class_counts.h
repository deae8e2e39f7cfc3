// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "flight/prediction.h"

namespace flightcast::performance {

// How good simple answers would have been on the very flights that were judged, so that a model can
// be seen beside them.
struct Baseline {
    double accuracy = 0;
    double log_loss = 0;

    bool operator==(const Baseline&) const = default;
};

// Upper bounds of the steps of departure delay, in minutes; the last step has none, and flights
// without a known delay have a step of their own.
inline constexpr std::array<double, 12> kDepDelayBounds = {
    -10, -5, 0, 5, 10, 15, 20, 30, 45, 60, 90, 120
};

// The judged flights by the class that came and by their departure delay: integers, so that they
// add up in any order.
//
// Thread-safety: one thread.
class ClassCounts {
  public:
    // Counts a flight so many times more. REQUIRES: observed < flight::kClassCount.
    void add(std::optional<double> dep_delay, std::size_t observed, std::int64_t times);
    ClassCounts& operator+=(const ClassCounts& other);

    // Always the class shares of these flights, whatever the flight. Zeros without flights.
    [[nodiscard]] Baseline class_shares() const;

    // For each step of departure delay the class shares of its flights. Zeros without flights.
    [[nodiscard]] Baseline departure_delay() const;

    // As figures::Tally::for_each_number().
    template <typename Visit>
    void for_each_number(const Visit& visit) {
        for (Classes& step : steps_) {
            for (std::int64_t& count : step) visit(count);
        }
    }
    template <typename Visit>
    void for_each_number(const Visit& visit) const {
        for (const Classes& step : steps_) {
            for (const std::int64_t& count : step) visit(count);
        }
    }

    bool operator==(const ClassCounts&) const = default;

  private:
    using Classes = std::array<std::int64_t, flight::kClassCount>;
    static constexpr std::size_t kSteps = kDepDelayBounds.size() + 2;

    std::array<Classes, kSteps> steps_{};
};

}  // namespace flightcast::performance
