// SPDX-License-Identifier: Apache-2.0
#include "drift/bins.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "features/flight_facts.h"

namespace flightcast::drift {

using forest::Distribution;

namespace {

constexpr std::size_t kQuantiles = 10;
constexpr std::size_t kCategoriesKept = 15;
constexpr std::size_t kShareMin = 50;  // a fiftieth

void count(Distribution& distribution, std::span<const float> values) {
    distribution.counts.assign(bin_count(distribution), 0);
    for (const float value : values) ++distribution.counts[bin_of(distribution, value)];
}

}  // namespace

std::size_t bin_count(const Distribution& distribution) {
    return distribution.edges.size() + distribution.categories.size() + 2;
}

std::size_t bin_of(const Distribution& distribution, float value) {
    if (std::isnan(value)) return bin_count(distribution) - 1;
    if (distribution.categories.empty()) {
        const auto above = std::ranges::upper_bound(distribution.edges, value);
        return static_cast<std::size_t>(above - distribution.edges.begin());
    }
    const auto category = static_cast<std::uint32_t>(value);
    const auto found = std::ranges::find(distribution.categories, category);
    return static_cast<std::size_t>(found - distribution.categories.begin());
}

Distribution numeric_distribution(std::string feature, std::span<const float> values) {
    Distribution distribution{.feature = std::move(feature)};
    std::vector<float> sorted;
    std::ranges::copy_if(values, std::back_inserter(sorted), [](float value) {
        return std::isfinite(value);
    });
    std::ranges::sort(sorted);
    for (std::size_t i = 1; i < kQuantiles && !sorted.empty(); ++i) {
        const float edge = sorted[i * sorted.size() / kQuantiles];
        const bool splits = edge > sorted.front();
        const bool is_new = distribution.edges.empty() || edge > distribution.edges.back();
        if (splits && is_new) distribution.edges.push_back(edge);
    }
    count(distribution, values);
    return distribution;
}

Distribution categorical_distribution(std::string feature, std::span<const float> values) {
    Distribution distribution{.feature = std::move(feature)};
    std::map<std::uint32_t, std::size_t> flights;
    for (const float value : values) {
        if (!std::isnan(value)) ++flights[static_cast<std::uint32_t>(value)];
    }
    std::vector<std::pair<std::size_t, std::uint32_t>> largest;
    for (const auto& [category, number] : flights) {
        if (number * kShareMin >= values.size()) largest.emplace_back(number, category);
    }
    std::ranges::sort(largest, [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    if (largest.size() > kCategoriesKept) largest.resize(kCategoriesKept);
    for (const auto& [number, category] : largest) distribution.categories.push_back(category);
    // Without any there is no telling it from a numeric feature.
    if (distribution.categories.empty()) distribution.categories.push_back(0);
    count(distribution, values);
    return distribution;
}

std::vector<Distribution> distributions_of(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    const forest::Schema& schema,
    const features::Encoder& encoder
) {
    std::vector<Distribution> all;
    std::vector<float> values(rows.size());
    for (std::size_t feature = 0; feature < schema.features.size(); ++feature) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            values[i] = encoder.value(feature, features::facts_of(table, rows[i]));
        }
        const forest::Feature& known = schema.features[feature];
        const bool is_numeric = known.kind == forest::FeatureKind::numeric;
        all.push_back(
            is_numeric ? numeric_distribution(known.name, values)
                       : categorical_distribution(known.name, values)
        );
    }
    return all;
}

}  // namespace flightcast::drift
