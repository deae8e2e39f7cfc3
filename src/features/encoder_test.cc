// SPDX-License-Identifier: Apache-2.0
#include "features/encoder.h"
#include "base/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "features/flight_facts.h"

namespace flightcast::features {
namespace {

using forest::FeatureKind;
using ::testing::HasSubstr;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

forest::Schema make_schema() {
    return {
        .features =
            {{"DepDelay", FeatureKind::numeric, {}},
             {"Distance", FeatureKind::numeric, {}},
             {"CRSDepMinute", FeatureKind::numeric, {}},
             {"DayOfWeek", FeatureKind::numeric, {}},
             {"Season", FeatureKind::numeric, {}},
             {"Carrier", FeatureKind::categorical, {"AA", "B6"}},
             {"Origin", FeatureKind::categorical, {"ATL"}},
             {"Dest", FeatureKind::categorical, {"JFK", "SFO"}},
             {"Route", FeatureKind::categorical, {"ATL-JFK", "ATL-SFO"}},
             {"CarrierMinutesLost", FeatureKind::numeric, {}},
             {"OriginMinutesLost", FeatureKind::numeric, {}},
             {"DestMinutesLost", FeatureKind::numeric, {}}},
        .encodings = {
            {"CarrierMinutesLost", {"AA"}, {-3.5}, -4},
            {"OriginMinutesLost", {"ATL"}, {1.25}, -4},
            {"DestMinutesLost", {"SFO"}, {2}, -4}
        },
    };
}

// Compares value by value; missing equals missing.
void expect_row(const FeatureRow& row, const std::vector<float>& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (std::isnan(expected[i])) {
            EXPECT_TRUE(std::isnan(row[i])) << "feature " << i << " is " << row[i];
        } else {
            EXPECT_EQ(row[i], expected[i]) << "feature " << i;
        }
    }
}

flight::Request make_request() {
    flight::Request request;
    request.dep_delay = 5;
    request.carrier = "AA";
    request.flight_date = "2016-12-25";
    request.origin = "ATL";
    request.dest = "SFO";
    request.distance = 2'139;
    request.crs_dep_time = 905;
    return request;
}

TEST(Encoder, ComputesEveryFeature) {
    // Goal: each feature of a full request has its value, in the schema's order.
    const auto encoder = Encoder::make(make_schema());
    ASSERT_TRUE(encoder) << encoder.error().detail;
    EXPECT_EQ(encoder->feature_count(), 12U);
    const FeatureRow row = encoder->encode(facts_of(make_request()));
    expect_row(row, {5, 2'139, 545, 7, 1, 0, 0, 1, 1, -3.5, 1.25, 2});
}

TEST(Encoder, WhatIsMissingOrUnknownIsSo) {
    // Goal: an empty request and one of unknown names give NaN and the encodings' unknown value.
    const auto encoder = Encoder::make(make_schema());
    ASSERT_TRUE(encoder);
    const std::vector<float> nothing = {
        kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan, kNan, -4, -4, -4
    };
    expect_row(encoder->encode(facts_of(flight::Request{})), nothing);

    flight::Request odd = make_request();
    odd.dep_delay = std::numeric_limits<double>::infinity();
    odd.distance = std::numeric_limits<double>::quiet_NaN();
    odd.carrier = "aa";
    odd.origin = "";
    odd.dest = std::string(10'000, 'x');
    odd.flight_date = "yesterday";
    odd.crs_dep_time = 2'460;
    expect_row(encoder->encode(facts_of(odd)), nothing);

    odd = make_request();
    odd.dep_delay = 1e300;
    odd.origin.reset();
    const FeatureRow row = encoder->encode(facts_of(odd));
    expect_row(row, {kNan, 2'139, 545, 7, 1, 0, kNan, 1, kNan, -3.5, -4, 2});
}

TEST(Encoder, SeasonIsTheDistanceFromTheMiddleOfJanuary) {
    // Goal: half months, the shorter way round the year, so that spring and autumn are alike.
    const auto encoder =
        Encoder::make({.features = {{"Season", FeatureKind::numeric, {}}}, .encodings = {}});
    ASSERT_TRUE(encoder);
    const std::vector<std::pair<const char*, float>> cases = {
        {"2016-01-01", 0},
        {"2016-01-15", 0},
        {"2016-01-16", 1},
        {"2016-12-31", 1},
        {"2016-04-15", 6},
        {"2016-10-15", 6},
        {"2016-07-15", 12},
        {"2016-06-30", 11},
    };
    flight::Request request;
    for (const auto& [day, season] : cases) {
        request.flight_date = day;
        EXPECT_EQ(encoder->encode(facts_of(request))[0], season) << day;
    }
}

TEST(Encoder, RequestsAndTrainingRowsAgree) {
    // Goal: one flight gives one feature row, as a request or from a file.
    const auto encoder = Encoder::make(make_schema());
    ASSERT_TRUE(encoder);
    dataset::FlightTable table;
    table.day = {*dataset::parse_day("2016-12-25")};
    table.carrier = {*table.carriers.intern("AA")};
    table.origin = {*table.airports.intern("ATL")};
    table.dest = {*table.airports.intern("SFO")};
    table.scheduled_minute = {545};
    table.dep_delay = {5};
    table.arr_delay = {1};
    table.distance = {2'139};
    EXPECT_EQ(encoder->encode(facts_of(table, 0)), encoder->encode(facts_of(make_request())));

    table.scheduled_minute = {dataset::kNoScheduledMinute};
    table.distance = {kNan};
    expect_row(
        encoder->encode(facts_of(table, 0)), {5, kNan, kNan, 7, 1, 0, 0, 1, 1, -3.5, 1.25, 2}
    );
}

struct DayCase {
    const char* flight_date;
    float day_of_week;
    float minute;
};

TEST(Encoder, TakesTheCalendarFromFlightDateAlone) {
    // Goal: weekday and time of day are those of FlightDate; the Day* fields do not matter.
    const auto encoder = Encoder::make(make_schema());
    ASSERT_TRUE(encoder);
    for (const DayCase& c :
         {DayCase{"2015-04-06", 1, kNan},
          DayCase{"2015-04-11", 6, kNan},
          DayCase{"2015-04-12T17:30:00", 7, 1'050},
          DayCase{"", kNan, kNan}}) {
        SCOPED_TRACE(c.flight_date);
        flight::Request request;
        request.flight_date = c.flight_date;
        request.day_of_week = 3;
        const FeatureRow row = encoder->encode(facts_of(request));
        expect_row(row, {kNan, kNan, c.minute, c.day_of_week});
    }
}

TEST(Encoder, RefusesSchemasItCannotServe) {
    // Goal: unknown and too many features ask for an upgrade; wrong kinds and absent tables are
    // damage.
    forest::Schema schema = make_schema();
    schema.features[0].name = "Weather";
    const auto newer = Encoder::make(schema);
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().code, base::Errc::unsupported);
    EXPECT_THAT(newer.error().detail, HasSubstr("\"Weather\""));

    schema = make_schema();
    schema.features.resize(base::limits::kModelFeaturesMax + 1, schema.features.back());
    const auto wide = Encoder::make(schema);
    ASSERT_FALSE(wide);
    EXPECT_EQ(wide.error().code, base::Errc::unsupported);
    EXPECT_THAT(wide.error().detail, HasSubstr("33 features"));

    schema = make_schema();
    schema.features[0] = {"DepDelay", FeatureKind::categorical, {"5"}};
    EXPECT_EQ(Encoder::make(schema).error().code, base::Errc::corrupt);

    schema = make_schema();
    schema.encodings.pop_back();
    const auto bare = Encoder::make(schema);
    ASSERT_FALSE(bare);
    EXPECT_EQ(bare.error().code, base::Errc::corrupt);
    EXPECT_THAT(bare.error().detail, HasSubstr("DestMinutesLost"));
}

}  // namespace
}  // namespace flightcast::features
