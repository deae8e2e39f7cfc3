// SPDX-License-Identifier: Apache-2.0
#include "experiment/sequence.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace flightcast::experiment {
namespace {

constexpr int kDayHours = 24;
constexpr std::size_t kDaysForVariance = 4;  // fewer say little about the days' own variance
constexpr double kHoursOfInterest = 96;      // where the bound is tightest

constexpr std::array kRules = {
    Rule{.name = "large harm", .block_hours = 1, .margin = 0.02, .hours_min = 5},
    Rule{.name = "slow", .block_hours = 6, .margin = 0.0025, .hours_min = 96},
};

struct Block {
    double flights = 0;
    double difference = 0;
};

// The hours in blocks of so many, by the clock; the last one may still be open and is left out
// unless it is whole.
std::vector<Block> blocks_of(std::span<const HourSums> hours, int block_hours) {
    std::vector<Block> blocks;
    std::int64_t current = 0;
    const auto block_at = [block_hours](Hour hour) {
        return hour.time_since_epoch().count() / block_hours;
    };
    for (const HourSums& sums : hours) {
        const std::int64_t number = block_at(sums.hour);
        if (blocks.empty() || number != current) blocks.emplace_back();
        current = number;
        blocks.back().flights += static_cast<double>(sums.flights);
        blocks.back().difference += sums.difference;
    }
    const bool is_open =
        !hours.empty() && block_at(hours.back().hour + std::chrono::hours(1)) == current;
    if (is_open) blocks.pop_back();
    return blocks;
}

// The variance of the sum of differences over one hour of these blocks, about the common mean.
double variance_per_hour(const std::vector<Block>& blocks, double mean, int block_hours) {
    double squares = 0;
    for (const Block& block : blocks) {
        const double rest = block.difference - mean * block.flights;
        squares += rest * rest;
    }
    const double count = static_cast<double>(blocks.size());
    return squares / (count - 1) / block_hours;
}

// The half width of the bound in units of the standard deviation of one hour, after `t` hours.
double width(double t, double alpha) {
    const double two_sided = 2 * alpha;
    const double log_alpha = -2 * std::log(two_sided);
    const double rho2 = (log_alpha + std::log(log_alpha + 1)) / kHoursOfInterest;
    const double grown = t * rho2 + 1;
    return std::sqrt(2 * grown / (t * t * rho2) * std::log(1 + std::sqrt(grown) / two_sided));
}

}  // namespace

std::span<const Rule> rules() {
    return kRules;
}

std::optional<Bounds> bounds_of(std::span<const HourSums> hours, int block_hours, double alpha) {
    const std::vector<Block> blocks = blocks_of(hours, block_hours);
    if (blocks.size() < 2) return std::nullopt;
    Bounds bounds{.blocks = blocks.size()};
    double flights = 0;
    double difference = 0;
    for (const Block& block : blocks) {
        flights += block.flights;
        difference += block.difference;
    }
    double all_flights = 0;
    double champion = 0;
    for (const HourSums& sums : hours) {
        all_flights += static_cast<double>(sums.flights);
        champion += sums.champion;
    }
    if (flights <= 0 || all_flights <= 0) return std::nullopt;
    bounds.flights = static_cast<std::int64_t>(flights);
    bounds.mean = difference / flights;
    bounds.champion = champion / all_flights;
    double variance = variance_per_hour(blocks, bounds.mean, block_hours);
    for (const int longer : {6, kDayHours}) {
        if (longer <= block_hours) continue;
        const std::vector<Block> others = blocks_of(hours, longer);
        if (others.size() < kDaysForVariance) continue;
        variance = std::max(variance, variance_per_hour(others, bounds.mean, longer));
    }
    const double t = static_cast<double>(blocks.size()) * block_hours;
    const double half = std::sqrt(variance) * width(t, alpha) / (flights / t);
    bounds.lower = bounds.mean - half;
    bounds.upper = bounds.mean + half;
    return bounds;
}

Judgement judge(std::span<const HourSums> hours) {
    Judgement judgement;
    const auto with_flights =
        std::ranges::count_if(hours, [](const HourSums& sums) { return sums.flights > 0; });
    for (const Rule& rule : kRules) {
        const auto bounds = bounds_of(hours, rule.block_hours, rule.alpha);
        if (!bounds) continue;
        judgement.rule = rule.name;
        judgement.bounds = *bounds;
        if (with_flights < rule.hours_min) continue;
        const double margin = rule.margin * bounds->champion;
        if (bounds->lower > margin) judgement.verdict = Verdict::harm;
        if (bounds->upper < -margin) judgement.verdict = Verdict::better;
        if (judgement.verdict != Verdict::not_enough) return judgement;
    }
    return judgement;
}

}  // namespace flightcast::experiment
