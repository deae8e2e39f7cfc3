// SPDX-License-Identifier: Apache-2.0
#include "train/earlier_minutes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

using features::FeatureId;
using ::testing::ElementsAre;

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

TEST(EarlierMinutes, KnowsNothingOfItsOwnDayAndLater) {
    // Goal: (sum + k * mean) / (flights + k) over the flights of earlier days alone, in 64ths,
    // whatever the order of the rows.
    dataset::FlightTable table;
    add_flight(table, 2, "ATL", 5, -2);
    add_flight(table, 0, "ATL", 5, 10);
    add_flight(table, 0, "ATL", 5, 1'000);
    add_flight(table, 2, "JFK", 5, 70);
    add_flight(table, 1, "ATL", 5, 4);
    add_flight(table, 3, "ATL", 5, 0);
    EXPECT_THAT(
        earlier_minutes(
            table, all_rows(table), FeatureId::origin_minutes_lost, {.mean = 8, .shrink_rows = 2}
        ),
        ElementsAre(206, 8, 8, 8, 256.5F, 171.328125F)
    );
    EXPECT_THAT(
        earlier_minutes(
            table, {{0, 4}}, FeatureId::origin_minutes_lost, {.mean = 8, .shrink_rows = 0}
        ),
        ElementsAre(4, 8)
    );
}

// Flights from airports of three flights each, which lose minutes by chance alone.
dataset::FlightTable make_long_tail(base::SeededRandom& random) {
    dataset::FlightTable table;
    for (int i = 0; i < 6'000; ++i) {
        const auto dep = static_cast<float>(std::round(random.unit() * 40 - 10));
        const auto lost = static_cast<float>(std::round(random.unit() * 80 - 40));
        add_flight(table, i % 20, "A" + std::to_string(i / 3), dep, lost);
    }
    return table;
}

// The share of what the splits of a forest gain that the airports' means give.
double gain_of_means(const dataset::FlightTable& table, bool with_own_day) {
    const auto rows = all_rows(table);
    const features::SchemaOptions options{
        .features = {"DepDelay", "OriginMinutesLost"}, .shrink_rows = 5
    };
    const auto schema = features::learn_schema(table, rows, options);
    const auto encoder = features::Encoder::make(*schema);
    auto set = encode_rows(table, rows, *schema, *encoder, {.shrink_rows = options.shrink_rows});
    if (with_own_day) {
        const auto values = features::encode_column(*encoder, 1, table, rows);
        set->columns[1] = bin_column(schema->features[1], values, 255);
    }
    const auto grown =
        grow_forest(*set, {.trees = 10, .tree = {.leaf_rows_min = 100}}, [](auto) {});
    return grown->gain[1];
}

TEST(EarlierMinutes, RareAirportsTeachNothingByHeart) {
    // Goal: where airports have no effect, their means are little more than noise to the forest;
    // with the flights' own answers in them they look better than the departure delay.
    constexpr std::uint64_t kSeed = 5;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    const dataset::FlightTable table = make_long_tail(random);
    EXPECT_LT(gain_of_means(table, false), 0.1);
    EXPECT_GT(gain_of_means(table, true), 0.4);
}

}  // namespace
}  // namespace flightcast::train
