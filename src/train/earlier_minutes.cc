// SPDX-License-Identifier: Apache-2.0
#include "train/earlier_minutes.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "features/row_key.h"

namespace flightcast::train {
namespace {

struct LostSoFar {
    double flights = 0;
    double minutes = 0;
};

// Without flights, and nothing to shrink by, nothing but the mean of all is known.
float shrunk_mean(const LostSoFar& lost, const EarlierOptions& options) {
    const double flights = lost.flights + options.shrink_rows;
    const double minutes = lost.minutes + options.shrink_rows * options.mean;
    const double mean = flights > 0 ? minutes / flights : options.mean;
    return static_cast<float>(std::round(mean * 64) / 64);
}

}  // namespace

std::vector<float> earlier_minutes(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    features::FeatureId id,
    const EarlierOptions& options
) {
    std::vector<std::uint32_t> by_day(rows.size());  // places in `rows`
    std::iota(by_day.begin(), by_day.end(), 0U);
    const auto day_of = [&](std::uint32_t place) { return table.day[rows[place]]; };
    std::ranges::stable_sort(by_day, {}, day_of);
    boost::unordered_flat_map<std::uint32_t, LostSoFar> by_key;
    std::vector<float> values(rows.size());
    std::size_t known = 0;  // so many of `by_day` are of earlier days
    for (const std::uint32_t place : by_day) {
        for (; day_of(by_day[known]) < day_of(place); ++known) {
            const std::uint32_t row = rows[by_day[known]];
            LostSoFar& lost = by_key[features::row_key(id, table, row)];
            lost.flights += 1;
            lost.minutes += table.arr_delay[row] - table.dep_delay[row];
        }
        values[place] = shrunk_mean(by_key[features::row_key(id, table, rows[place])], options);
    }
    return values;
}

}  // namespace flightcast::train
