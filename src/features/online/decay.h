// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace flightcast::features::online {

// Times of the fold are seconds since the Unix epoch, and spans are seconds.
inline constexpr double kHour = 3'600;
inline constexpr double kDay = 24 * kHour;

namespace detail {

inline constexpr std::size_t kSteps = 64;  // of one half

constexpr std::array<double, kSteps> make_step_table() {
    constexpr double kStep = 0.98922801319397548;  // 2 to the power of -1/64
    std::array<double, kSteps> table{};
    double power = 1;
    for (double& entry : table) {
        entry = power;
        power *= kStep;
    }
    return table;
}
inline constexpr std::array<double, kSteps> kStepTable = make_step_table();

}  // namespace detail

// The part that is left of a weight after `elapsed`: 2^(-elapsed / half_life), 1 for a span that is
// not positive, 0 beyond 1,000 half-lives; within 1e-11 of the exact power. Made of additions and
// multiplications alone, so that every machine computes the same bits: a library's exp2 differs
// between processors.
//
// REQUIRES: half_life > 0.
[[nodiscard]] inline double decay(double elapsed, double half_life) {
    constexpr double kLn2 = 0.69314718055994531;
    constexpr double kHalvesMax = 1'000;
    if (!(elapsed > 0)) return 1;
    const double halves = elapsed / half_life;
    if (halves >= kHalvesMax) return 0;
    const auto steps = static_cast<std::uint64_t>(halves * detail::kSteps);
    const double rest = (halves - static_cast<double>(steps) / detail::kSteps) * kLn2;
    const double small = 1 - rest * (1 - rest * (1.0 / 2 - rest * (1.0 / 6 - rest * (1.0 / 24))));
    const std::uint64_t exponent = 1'023 - steps / detail::kSteps;
    return small * detail::kStepTable[steps % detail::kSteps] *
           std::bit_cast<double>(exponent << 52U);
}

}  // namespace flightcast::features::online
