// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace flightcast::experiment {

// An hour of the truth: when arrivals were reported, in hours since the Unix epoch.
using Hour = std::chrono::sys_time<std::chrono::hours>;

// The paired losses of one hour: the same flights, answered by both models.
struct HourSums {
    Hour hour{};
    std::int64_t flights = 0;
    double difference = 0;           // sum of loss(challenger) - loss(champion), natural logarithm
    double champion = 0;             // sum of loss(champion)
    std::int64_t by_challenger = 0;  // flights whose clients the challenger answered
};

// When a difference counts, and how long is waited for it. Lengths are hours of the truth.
struct Rule {
    std::string_view name;
    int block_hours = 1;
    double margin = 0;    // share of the champion's mean loss that a difference has to exceed
    int hours_min = 1;    // with flights, before the first look
    double alpha = 0.05;  // one-sided: of a false alarm in all looks together
};

// Large harm within hours, and any harm or gain within days. Their margins and lengths were chosen
// on February and March 2008 and judged on April 2008 and on 2015 (docs/models.md).
[[nodiscard]] std::span<const Rule> rules();

// A bound on the mean difference for one flight that holds at all times together with probability
// 1 - alpha, and the mean itself.
struct Bounds {
    std::size_t blocks = 0;
    std::int64_t flights = 0;
    double mean = 0;
    double lower = 0;
    double upper = 0;
    double champion = 0;  // mean loss of the champion
};

// The one-sided asymptotic confidence sequences (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas,
// "Time-uniform central limit theory and asymptotic confidence sequences", 2021) of the mean
// difference over blocks of so many hours. Flights of one day hang together, so the variance is
// the largest of those that blocks of one and more hours, and of whole days where there are some,
// tell. `hours` are in order; those without flights may be left out. Nothing before two blocks.
[[nodiscard]] std::optional<Bounds> bounds_of(
    std::span<const HourSums> hours, int block_hours, double alpha
);

enum class Verdict { not_enough, harm, better };

// A verdict with the rule that gave it and its numbers; of `not_enough` those of the slow rule.
struct Judgement {
    Verdict verdict = Verdict::not_enough;
    std::string_view rule{};
    Bounds bounds{};
};

// Looks at the closed hours of a pair; looking after every hour is allowed.
[[nodiscard]] Judgement judge(std::span<const HourSums> hours);

}  // namespace flightcast::experiment
