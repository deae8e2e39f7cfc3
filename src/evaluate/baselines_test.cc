// SPDX-License-Identifier: Apache-2.0
#include "evaluate/baselines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <vector>

#include "dataset/day_split.h"
#include "dataset/flight_loader.h"
#include "evaluate/metrics.h"

namespace flightcast::evaluate {
namespace {

using ::testing::ElementsAre;

// Only the columns that the baselines look at.
dataset::FlightTable make_table(const std::vector<std::pair<float, float>>& delays) {
    dataset::FlightTable table;
    for (const auto& [dep, arr] : delays) {
        table.dep_delay.push_back(dep);
        table.arr_delay.push_back(arr);
    }
    return table;
}

TEST(Baselines, ClassSharesAreOfTheGivenRows) {
    // Goal: only training rows count.
    const auto table = make_table({{0, -20}, {0, 0}, {0, 5}, {0, 40}, {0, 90}});
    EXPECT_THAT(
        class_shares(count_delays(table, std::vector<std::uint32_t>{0, 1, 2, 3})),
        ElementsAre(0.25, 0, 0.5, 0.25)
    );
}

TEST(Baselines, DepDelayTableAnswersByMinute) {
    // Goal: each minute has its own shares, shrunk by one flight of average shares; unseen minutes
    // have the average, delays beyond the ends those of the ends.
    const auto table = make_table({{10, 20}, {10, 20}, {10, 20}, {120, 200}});
    const DepDelayTable learned(count_delays(table, std::vector<std::uint32_t>{0, 1, 2, 3}));
    EXPECT_THAT(learned.answer(10), ElementsAre(0, 0, 3.75 / 4, 0.25 / 4));
    EXPECT_EQ(learned.answer(10.4F), learned.answer(10));
    EXPECT_THAT(learned.answer(50), ElementsAre(0, 0, 0.75, 0.25));
    EXPECT_THAT(learned.answer(10'000), ElementsAre(0, 0, 0.375, 0.625));
    EXPECT_EQ(learned.answer(-10'000), learned.answer(-30));
}

TEST(Baselines, HaveTheirKnownFiguresOnTheSharedFlights) {
    // Goal: on nationwide April 2015 the table reaches the figures that every model is held
    // against.
    const std::array files = {
        std::filesystem::path(FLIGHTCAST_SOURCE_DIR "/../shared/data/flights_2015.csv.gz")
    };
    if (!std::filesystem::exists(files[0])) GTEST_SKIP() << files[0] << " is not there";
    const auto flights = dataset::load_flights(files, {});
    ASSERT_TRUE(flights);
    const auto split = dataset::split_by_day(
        flights->table,
        {.train_until = dataset::parse_day("2015-03-31"),
         .validate_until = dataset::parse_day("2015-04-30")}
    );
    ASSERT_TRUE(split);
    const DepDelayTable learned(count_delays(flights->table, split->train));
    std::vector<Judged> judged;
    for (const std::uint32_t row : split->validate) {
        judged.push_back(
            {learned.answer(flights->table.dep_delay[row]), flights->table.arr_delay[row]}
        );
    }
    const Metrics metrics = measure(judged);
    EXPECT_EQ(metrics.rows, 187'446U);
    EXPECT_NEAR(metrics.accuracy, 0.573, 0.0005);
    EXPECT_NEAR(metrics.log_loss, 0.939, 0.001);
}

}  // namespace
}  // namespace flightcast::evaluate
