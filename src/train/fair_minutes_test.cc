// SPDX-License-Identifier: Apache-2.0
#include "train/fair_minutes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/random.h"
#include "features/encode_column.h"
#include "features/encoder.h"
#include "features/learn_schema.h"
#include "train/encode_rows.h"
#include "train/random_forest.h"

namespace flightcast::train {
namespace {

using features::KeyOf;
using ::testing::AnyOf;
using ::testing::Each;

void add_flight(
    dataset::FlightTable& table, int day, const std::string& origin, float dep, float lost
) {
    table.day.push_back(*dataset::parse_day("2015-01-01") + std::chrono::days(day));
    table.carrier.push_back(*table.carriers.intern("AA"));
    table.origin.push_back(*table.airports.intern(origin));
    table.dest.push_back(*table.airports.intern("SFO"));
    table.scheduled_minute.push_back(dataset::kNoScheduledMinute);
    table.dep_delay.push_back(dep);
    table.arr_delay.push_back(dep + lost);
    table.distance.push_back(1'000);
}

std::vector<std::uint32_t> all_rows(const dataset::FlightTable& table) {
    std::vector<std::uint32_t> rows(table.size());
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

TEST(FairMinutes, KnowsNothingOfItsOwnDay) {
    // Goal: of two days, each is told the mean of the other one or nothing: 10 or 70, never a part
    // of its own; and a single day is told nothing.
    dataset::FlightTable table;
    for (int key = 0; key < 50; ++key) {
        const std::string origin = "A" + std::to_string(key);
        add_flight(table, 2 * key, origin, 5, 10);
        add_flight(table, 2 * key, origin, 5, 10);
        add_flight(table, 2 * key + 1, origin, 5, 70);
        add_flight(table, key, "B" + std::to_string(key), 5, 1'000);
    }
    const auto values =
        fair_minutes(table, all_rows(table), KeyOf::origin, 8, {.rows_min = 1, .shrink_rows = 0});
    std::size_t told = 0;
    for (std::size_t i = 0; i < values.size(); i += 4) {
        EXPECT_THAT(values[i], AnyOf(8, 70));
        EXPECT_EQ(values[i + 1], values[i]);
        EXPECT_THAT(values[i + 2], AnyOf(8, 10));
        EXPECT_EQ(values[i + 3], 8);
        told += values[i] == 70 ? 1 : 0;
    }
    EXPECT_GT(told, 10U);  // the days lie in different halves every second time
    EXPECT_LT(told, 40U);
}

TEST(FairMinutes, ShrinksAndLeavesRareKeysUnknown) {
    // Goal: (sum + k * mean) / (flights + k), in 64ths, over the half without the own day; of fewer
    // flights than asked for, the mean of all.
    dataset::FlightTable table;
    for (int i = 0; i < 3; ++i) add_flight(table, 0, "ATL", 5, 10);
    add_flight(table, 1, "ATL", 5, -2);
    const auto values = [&table](std::size_t rows_min) {
        const features::MeanOptions options{.rows_min = rows_min, .shrink_rows = 2};
        return fair_minutes(table, {{0, 1, 2, 3}}, KeyOf::origin, 8, options);
    };
    EXPECT_THAT(values(1)[0], AnyOf(8, 4.671875F));  // (-2 + 2 * 8) / 3 = 4.67
    EXPECT_THAT(values(3)[3], AnyOf(8, 9.203125F));  // (30 + 2 * 8) / 5 = 9.2
    EXPECT_THAT(values(4), Each(8));
}

TEST(FairMinutes, ManyFlightsOnManyDaysHaveTheMeanOfAll) {
    // Goal: exactly what the model will have, from 300 flights evenly on 30 days on; with one
    // flight less, or with one day that has more than the others, a half of the days.
    dataset::FlightTable table;
    for (int i = 0; i < 300; ++i) add_flight(table, i % 30, "ATL", 5, static_cast<float>(i % 30));
    const features::MeanOptions options{.rows_min = 20, .shrink_rows = 100};
    const auto values = [&] {
        return fair_minutes(table, all_rows(table), KeyOf::origin, 8, options);
    };
    EXPECT_THAT(values(), Each(12.875F));  // (300 * 14.5 + 100 * 8) / 400
    add_flight(table, 7, "ATL", 5, 7);
    EXPECT_GT(std::ranges::count_if(values(), [](float value) { return value != 12.875F; }), 200);
    for (auto* column : {&table.origin, &table.dest, &table.carrier}) column->resize(299);
    table.day.resize(299);
    const auto fewer = values();
    EXPECT_GT(std::ranges::count_if(fewer, [](float value) { return value < 12.5F; }), 50);
}

TEST(FairMinutes, OrderOfTheFlightsDoesNotMatter) {
    // Goal: the same flights from another file, in another order, have the same values.
    dataset::FlightTable table;
    for (int i = 0; i < 400; ++i) {
        add_flight(table, i % 20, "A" + std::to_string(i % 7), 5, static_cast<float>(i % 31));
    }
    std::vector<std::uint32_t> rows = all_rows(table);
    const features::MeanOptions options{.rows_min = 5, .shrink_rows = 10};
    auto values = fair_minutes(table, rows, KeyOf::origin, 8, options);
    std::ranges::reverse(rows);
    const auto back = fair_minutes(table, rows, KeyOf::origin, 8, options);
    std::ranges::reverse(values);
    EXPECT_EQ(back, values);
    EXPECT_NE(std::ranges::count(values, values[0]), 400);
}

// Flights from airports of six flights on two days, which lose minutes by chance alone.
dataset::FlightTable make_long_tail(base::SeededRandom& random) {
    dataset::FlightTable table;
    for (int i = 0; i < 6'000; ++i) {
        const auto dep = static_cast<float>(std::round(random.unit() * 40 - 10));
        const auto lost = static_cast<float>(std::round(random.unit() * 80 - 40));
        add_flight(table, i / 3 % 25, "A" + std::to_string(i / 6), dep, lost);
    }
    return table;
}

// The forest that learns from the departure delay and the airports' means.
GrownForest grow_tail(const dataset::FlightTable& table, bool with_own_flights) {
    const auto rows = all_rows(table);
    const features::SchemaOptions options{
        .features = {"DepDelay", "OriginMinutesLost"}, .category_rows_min = 3, .shrink_rows = 5
    };
    const auto schema = features::learn_schema(table, rows, options);
    const auto encoder = features::Encoder::make(*schema);
    auto set = encode_rows(table, rows, *schema, *encoder, {.means = options.means()});
    if (with_own_flights) {
        const auto values = features::encode_column(*encoder, 1, table, rows);
        set->columns[1] = bin_column(schema->features[1], values, 255);
    }
    return *grow_forest(*set, {.trees = 20, .tree = {.leaf_rows_min = 50}}, [](auto) {});
}

TEST(FairMinutes, RareAirportsTeachNothingByHeart) {
    // Goal: where airports have no effect, the out-of-bag estimate does not say that they have one;
    // with the flights' own answers in the means it does.
    constexpr std::uint64_t kSeed = 5;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    const dataset::FlightTable table = make_long_tail(random);
    const GrownForest fair = grow_tail(table, false);
    const GrownForest by_heart = grow_tail(table, true);
    EXPECT_LT(fair.gain[1], by_heart.gain[1] / 2);
    EXPECT_GT(fair.out_of_bag.log_loss, by_heart.out_of_bag.log_loss + 0.02);
}

}  // namespace
}  // namespace flightcast::train
