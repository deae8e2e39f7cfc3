// SPDX-License-Identifier: Apache-2.0
#include "train/fair_minutes.h"

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>

#include "base/random.h"
#include "features/row_key.h"

namespace flightcast::train {
namespace {

using features::MinutesLost;

constexpr std::size_t kHalvings = 16;  // of the days

std::uint32_t number_of_day(dataset::Day day) {
    return static_cast<std::uint32_t>(day.time_since_epoch().count());
}

std::uint64_t key_and_day(std::uint32_t key, std::uint32_t day) {
    return std::uint64_t{key} << 32U | day;
}

// Bit h says in which half a day is of halving h.
std::uint64_t halves_of(std::uint32_t day) {
    return base::SeededRandom(day).next();
}

// The halving from which a flight of that key and day takes its mean.
std::size_t draw_halving(std::uint64_t key_day) {
    return base::SeededRandom(key_day).next() % kHalvings;
}

// The flights of one key.
struct KeyMinutes {
    MinutesLost all;
    std::uint64_t squares = 0;                  // sum of the squares of each day's flights
    std::array<MinutesLost, kHalvings> ones{};  // of days whose bit of that halving is set

    void add_day(std::uint32_t day, const MinutesLost& lost) {
        all.add(lost);
        squares += lost.flights * lost.flights;
        const std::uint64_t halves = halves_of(day);
        for (std::size_t h = 0; h < kHalvings; ++h) {
            if ((halves >> h & 1U) != 0) ones[h].add(lost);
        }
    }

    [[nodiscard]] bool is_well_spread() const {
        return all.flights >= kWholeMeanFlightsMin &&
               all.flights * all.flights >= kWholeMeanDaysMin * squares;
    }

    // What a flight of the day may know.
    [[nodiscard]] MinutesLost known_to(std::uint32_t day, std::uint64_t key_day) const {
        if (is_well_spread()) return all;
        const std::size_t h = draw_halving(key_day);
        const MinutesLost& set = ones[h];
        if ((halves_of(day) >> h & 1U) == 0) return set;
        return {all.flights - set.flights, all.minutes - set.minutes};
    }
};

}  // namespace

std::vector<float> fair_minutes(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    features::KeyOf key,
    float unknown,
    const features::MeanOptions& options
) {
    const auto key_day_of = [&](std::uint32_t row) {
        return key_and_day(features::row_key(key, table, row), number_of_day(table.day[row]));
    };
    boost::unordered_flat_map<std::uint64_t, MinutesLost> by_key_and_day;
    for (const std::uint32_t row : rows) {
        by_key_and_day[key_day_of(row)].add({1, table.arr_delay[row] - table.dep_delay[row]});
    }
    boost::unordered_flat_map<std::uint32_t, KeyMinutes> by_key;
    for (const auto& [key_day, lost] : by_key_and_day) {
        by_key[static_cast<std::uint32_t>(key_day >> 32U)].add_day(
            static_cast<std::uint32_t>(key_day), lost
        );
    }
    boost::unordered_flat_map<std::uint64_t, float> value_of;
    for (const auto& [key_day, lost] : by_key_and_day) {
        const KeyMinutes& minutes = by_key[static_cast<std::uint32_t>(key_day >> 32U)];
        const MinutesLost known = minutes.known_to(static_cast<std::uint32_t>(key_day), key_day);
        value_of[key_day] = known.enough(options) ? known.shrunk_mean(unknown, options) : unknown;
    }
    std::vector<float> values;
    values.reserve(rows.size());
    for (const std::uint32_t row : rows) values.push_back(value_of[key_day_of(row)]);
    return values;
}

}  // namespace flightcast::train
