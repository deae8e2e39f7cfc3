// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace flightcast::drift {

enum class Verdict { not_enough, none, drift };

// Two samples of one distribution, by their counts in the same bins.
struct Shift {
    double psi = 0;        // sum (p - q) ln (p / q)
    double threshold = 0;  // above it the distribution is another one
    std::uint64_t flights = 0;
    std::uint64_t reference = 0;  // flights of the sample that it is held against
    Verdict verdict = Verdict::not_enough;
};

// What is not worth an alarm, however sure it is: a PSI of less is called a small change
// everywhere.
inline constexpr double kPsiFloor = 0.1;

// The PSI that samples of n and m from one distribution in so many bins exceed once in a thousand
// comparisons: about (1/n + 1/m) times a chi-squared variable of bins - 1 degrees of freedom.
// REQUIRES: bins > 1, n and m > 0.
[[nodiscard]] double null_quantile(std::uint64_t n, std::uint64_t m, std::size_t bins);

// The PSI of two counts with as many bins each, and whether it is a drift: above the floor and
// above the null quantile. Bins in which fewer than 10 flights would be expected, and fewer than 30
// are found, are taken together. Fewer than limits::kDriftRowsMin flights in either are not enough.
[[nodiscard]] Shift compare(
    std::span<const std::uint64_t> now, std::span<const std::uint64_t> reference
);

}  // namespace flightcast::drift
