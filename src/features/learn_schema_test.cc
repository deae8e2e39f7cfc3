// SPDX-License-Identifier: Apache-2.0
#include "features/learn_schema.h"
#include "base/limits.h"
#include "features/known_features.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string_view>
#include <vector>

namespace flightcast::features {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void add_flight(dataset::FlightTable& table, std::string_view carrier, float dep, float arr) {
    table.day.push_back(*dataset::parse_day("2015-01-01"));
    table.carrier.push_back(*table.carriers.intern(carrier));
    table.origin.push_back(*table.airports.intern("ATL"));
    table.dest.push_back(*table.airports.intern("SFO"));
    table.scheduled_minute.push_back(dataset::kNoScheduledMinute);
    table.dep_delay.push_back(dep);
    table.arr_delay.push_back(arr);
    table.distance.push_back(2'139);
}

// Six flights of UA that lose 2 minutes each, two of AA that gain 10; the last row is not to be
// learned from.
dataset::FlightTable make_table() {
    dataset::FlightTable table;
    for (int i = 0; i < 6; ++i) add_flight(table, "UA", 5, 7);
    for (int i = 0; i < 2; ++i) add_flight(table, "AA", 30, 20);
    add_flight(table, "ZZ", 0, 1'000);
    return table;
}

std::vector<std::uint32_t> first_rows(std::uint32_t count) {
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

TEST(LearnSchema, MeansAreShrunkAndOfTrainingRowsAlone) {
    // Goal: the encoding is (sum + k * mean of all) / (rows + k), in 64ths; unknown is the mean.
    const dataset::FlightTable table = make_table();
    const auto schema = learn_schema(
        table,
        first_rows(8),
        {.features = {"DepDelay", "CarrierMinutesLost"}, .category_rows_min = 2, .shrink_rows = 4}
    );
    ASSERT_TRUE(schema) << schema.error().detail;
    ASSERT_EQ(schema->features.size(), 2U);
    EXPECT_EQ(schema->features[1].name, "CarrierMinutesLost");
    EXPECT_EQ(schema->features[1].kind, forest::FeatureKind::numeric);
    ASSERT_EQ(schema->encodings.size(), 1U);
    const forest::Encoding& encoding = schema->encodings[0];
    EXPECT_THAT(encoding.keys, ElementsAre("AA", "UA"));
    // The mean of all is (6 * 2 - 2 * 10) / 8 = -1.
    EXPECT_EQ(encoding.unknown, -1);
    EXPECT_THAT(encoding.values, ElementsAre((-20 - 4) / 6.0F, 51 / 64.0F));
}

TEST(LearnSchema, RareMeansStayUnknown) {
    // Goal: a carrier with too few training flights has no mean of its own, and counts in that of
    // all; a table may be left without any.
    const dataset::FlightTable table = make_table();
    const auto learn = [&table](std::size_t rows_min) {
        return *learn_schema(
            table,
            first_rows(8),
            {.features = {"CarrierMinutesLost"}, .category_rows_min = rows_min, .shrink_rows = 4}
        );
    };
    EXPECT_THAT(learn(3).encodings[0].keys, ElementsAre("UA"));
    EXPECT_THAT(learn(3).encodings[0].values, ElementsAre(51 / 64.0F));
    EXPECT_EQ(learn(3).encodings[0].unknown, -1);
    EXPECT_THAT(learn(7).encodings[0].keys, ElementsAre());
}

TEST(LearnSchema, RareCategoriesStayUnknown) {
    // Goal: a category with too few training flights gets no number, the rest is in rising order.
    const dataset::FlightTable table = make_table();
    const auto learn = [&table](std::size_t rows_min) {
        return learn_schema(
            table, first_rows(8), {.features = {"Carrier", "Route"}, .category_rows_min = rows_min}
        );
    };
    EXPECT_THAT(learn(2)->features[0].categories, ElementsAre("AA", "UA"));
    EXPECT_THAT(learn(3)->features[0].categories, ElementsAre("UA"));
    EXPECT_THAT(learn(3)->features[1].categories, ElementsAre("ATL-SFO"));
    const auto none = learn(7);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, base::Errc::invalid_argument);
    EXPECT_THAT(none.error().detail, HasSubstr("no Carrier has 7 training flights"));
}

struct WrongCase {
    std::vector<std::string> features;
    const char* message;
};

TEST(LearnSchema, RefusesWrongLists) {
    // Goal: unknown, repeated, no and too many features are refused with a message that helps.
    const dataset::FlightTable table = make_table();
    std::vector<std::string> all;
    for (const KnownFeature& known : kKnownFeatures) all.emplace_back(known.name);
    ASSERT_GT(all.size(), base::limits::kModelFeaturesMax);
    for (const WrongCase& c : {
             WrongCase{{}, "at least one feature"},
             WrongCase{{"DepDelay", "dest"}, "no feature \"dest\"; choose among DepDelay, "},
             WrongCase{{"DepDelay", "DepDelay"}, "DepDelay is given twice"},
             WrongCase{all, "more than the 32 that a model may have; leave some out"},
         }) {
        const auto schema = learn_schema(table, first_rows(8), {.features = c.features});
        ASSERT_FALSE(schema);
        EXPECT_EQ(schema.error().code, base::Errc::invalid_argument);
        EXPECT_THAT(schema.error().detail, HasSubstr(c.message));
    }
}

}  // namespace
}  // namespace flightcast::features
