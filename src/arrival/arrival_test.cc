// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "arrival/arrival_json.h"
#include "arrival/flight_reports.h"
#include "base/limits.h"
#include "flight/calendar/timestamp.h"

namespace flightcast::arrival {
namespace {

base::WallTime time(std::string_view text) {
    return base::WallTime(
        flight::parse_timestamp(text, flight::TimeZone()).value().time_since_epoch()
    );
}

const ReadRules kRules{.now = base::WallTime(std::chrono::seconds(1'207'094'400))};  // 2008-04-02

constexpr const char* kFull =
    R"({"FlightDate":"2008-04-01","Carrier":"AA","Origin":"ATL","Dest":"SFO","FlightNum":"0123",)"
    R"("CRSDepTime":1030,"DepDelay":5.0,"DepartedAt":"2008-04-01T14:35:00.000000Z",)"
    R"("ArrDelay":-12.5,"ArrivedAt":"2008-04-01T19:35:00.000000Z",)"
    R"("ReportedAt":"2008-04-01T19:40:00.250000Z","Source":"towers",)"
    R"("UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})";

// Goal: every field survives the way into a record and back, byte for byte.
TEST(ArrivalJson, IsReadAndWritten) {
    const auto full = decode_arrival(kFull, kRules);
    ASSERT_TRUE(full) << text_of(full.error());
    EXPECT_EQ(encode_arrival(*full), kFull);
    EXPECT_EQ(event_of(*full), Event::landed);
    EXPECT_EQ(flight_key(*full), "2008-04-01/AA/123/ATL/SFO");
    EXPECT_EQ(full->arr_delay, -12.5);
    EXPECT_EQ(full->reported_at, time("2008-04-01T19:40:00.25Z"));

    constexpr const char* kCancelled =
        R"({"FlightDate":"2008-04-01","Carrier":"A/%","Origin":"ATL","Dest":"SFO","Cancelled":true})";
    const auto cancelled = decode_arrival(kCancelled, kRules);
    ASSERT_TRUE(cancelled);
    EXPECT_EQ(encode_arrival(*cancelled), kCancelled);
    EXPECT_EQ(event_of(*cancelled), Event::cancelled);
    EXPECT_EQ(flight_key(*cancelled), std::nullopt) << "no FlightNum: by UUID only";
    EXPECT_EQ(record_key(*cancelled), "2008-04-01/A%2F%25//ATL/SFO");
}

// Goal: other spellings of the same report are taken.
TEST(ArrivalJson, TakesOtherSpellings) {
    const auto read = decode_arrival(
        R"({"FlightDate":"20080401","Carrier":"AA","Origin":"ATL","Dest":"SFO","FlightNum":7,)"
        R"("CRSDepTime":"06:05","ArrDelay":3,"Cancelled":false,"Diverted":null,)"
        R"("ArrivedAt":"2008-04-01T21:35:00+02:00"})",
        kRules
    );
    ASSERT_TRUE(read) << text_of(read.error());
    EXPECT_EQ(flight_key(*read), "2008-04-01/AA/7/ATL/SFO");
    EXPECT_EQ(read->crs_dep_time, 605);
    EXPECT_EQ(read->arrived_at, time("2008-04-01T19:35:00Z"));
    EXPECT_EQ(flight_key({2008, 4, 1}, "AA", "000", "A", "B"), "2008-04-01/AA/0/A/B");
    EXPECT_EQ(flight_key({2008, 4, 1}, "AA", "07A", "A", "B"), "2008-04-01/AA/07A/A/B");
}

// Goal: each invalid field is named, one fault for each, in the order of the fields.
TEST(ArrivalJson, NamesEachInvalidField) {
    const struct {
        const char* change;
        std::vector<std::string> fields;
    } cases[] = {
        {R"({"ArrDelay":"late"})", {"ArrDelay"}},
        {R"({"ArrDelay":1e9})", {"ArrDelay"}},
        {R"({"ArrDelay":1e999})", {"ArrDelay"}},
        {R"({"Cancelled":true})", {"Cancelled"}},
        {R"({"Diverted":true})", {"Diverted"}},
        {R"({"ArrDelay":null,"Cancelled":true,"Diverted":true})", {"Diverted"}},
        {R"({"ArrDelay":null})", {"ArrDelay"}},
        {R"({"FlightDate":"1970-01-01"})", {"FlightDate"}},
        {R"({"FlightDate":"9999-01-01"})", {"FlightDate"}},
        {R"({"FlightDate":"2008-02-30"})", {"FlightDate"}},
        {R"({"FlightDate":20080401})", {"FlightDate"}},
        {R"({"ArrivedAt":"1970-01-01T00:00:00Z"})", {"ArrivedAt"}},
        {R"({"ArrivedAt":"9999-01-01T00:00:00Z"})", {"ArrivedAt"}},
        {R"({"ArrivedAt":"2008-04-01T10:00:00"})", {"ArrivedAt"}},
        {R"({"ArrivedAt":"2008-03-30T10:00:00Z"})", {"ArrivedAt"}},
        {R"({"DepartedAt":"2008-04-01T10:00:01Z","ArrivedAt":"2008-04-01T10:00:00Z"})",
         {"ArrivedAt"}},
        {R"({"ReportedAt":"2008-04-02T00:01:01Z"})", {"ReportedAt"}},
        {R"({"Carrier":"","Origin":null,"CRSDepTime":2461})", {"Carrier", "Origin", "CRSDepTime"}},
        {R"({"UUID":"8e90"})", {"UUID"}},
        {R"({"FlightNum":1.5})", {"FlightNum"}},
        {R"({"Delay":1})", {"Delay"}},
    };
    for (const auto& [change, fields] : cases) {
        boost::json::object report =
            boost::json::parse(
                R"({"FlightDate":"2008-04-01","Carrier":"AA","Origin":"ATL","Dest":"SFO",)"
                R"("ArrDelay":3})"
            )
                .as_object();
        const boost::json::value changes = boost::json::parse(change);
        for (const auto& member : changes.as_object()) {
            report[member.key()] = member.value();
        }
        const auto read = read_arrival(report, kRules);
        ASSERT_FALSE(read) << change;
        std::vector<std::string> found;
        for (const FieldFault& fault : read.error()) found.push_back(fault.field);
        EXPECT_EQ(found, fields) << change << ": " << text_of(read.error());
    }
    EXPECT_FALSE(decode_arrival("[]", kRules));
    EXPECT_FALSE(decode_arrival("{", kRules));
}

// Goal: a report of a known request needs no flight; a topic's record may have fields of others; a
// ReportedAt up to a minute ahead is taken.
TEST(ArrivalJson, FollowsItsRules) {
    EXPECT_TRUE(decode_arrival(R"({"ArrDelay":3})", {.now = {}, .is_of_known_request = true}));
    const auto by_id =
        decode_arrival(R"({"ArrDelay":3,"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})", kRules);
    ASSERT_TRUE(by_id);
    EXPECT_EQ(record_key(*by_id), "8e90da7e-63f5-45f9-8f3d-7d948120e5a2");
    const ReadRules of_topic{.now = kRules.now, .refuses_unknown = false};
    EXPECT_TRUE(decode_arrival(
        R"({"ArrDelay":3,"Gate":"B4","UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2",)"
        R"("ReportedAt":"2008-04-02T00:01:00Z"})",
        of_topic
    ));
}

Report landing(float delay, int told_at, std::uint16_t source = 0) {
    const base::WallTime at{std::chrono::seconds(told_at)};
    return {
        .arr_delay = delay, .source = source, .arrived_at = at, .reported_at = at, .renewed_at = at
    };
}

float delay_that_counts(const FlightReports& reports) {
    const Report* const report = counting(
        reports.all(),
        [](std::uint16_t source) { return source == 9 ? 1 : 0; },
        [](const Report&) { return true; }
    );
    return report == nullptr ? -1 : report->arr_delay;
}

// Goal: the same report again changes nothing but renews; the newest of a source counts, whatever
// the order of arrival; a better ranked source beats a newer one.
TEST(FlightReports, CountsTheNewestOfTheBestSource) {
    FlightReports reports;
    EXPECT_EQ(delay_that_counts(reports), -1);
    EXPECT_TRUE(reports.add(landing(10, 100)));
    EXPECT_FALSE(reports.add(landing(10, 110)));
    EXPECT_EQ(reports.all().size(), 1);
    EXPECT_EQ(reports.all()[0].reported_at, base::WallTime(std::chrono::seconds(100)));
    EXPECT_TRUE(reports.add(landing(20, 105)));
    EXPECT_EQ(delay_that_counts(reports), 10) << "it was told again after the correction";
    EXPECT_TRUE(reports.add(landing(20, 120)));
    EXPECT_EQ(delay_that_counts(reports), 20);
    EXPECT_TRUE(reports.add(landing(30, 200, 9)));
    EXPECT_EQ(delay_that_counts(reports), 20) << "source 9 ranks lower";
    EXPECT_TRUE(reports.add(landing(40, 130, 1)));
    EXPECT_EQ(delay_that_counts(reports), 40) << "of equal rank the newest";
}

// Goal: a flight whose reports never end keeps a bounded number of them, the newest.
TEST(FlightReports, AreBounded) {
    FlightReports reports;
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(reports.add(landing(static_cast<float>(i), i)));
    EXPECT_EQ(reports.all().size(), base::limits::kFlightReportsMax);
    EXPECT_EQ(delay_that_counts(reports), 99);
}

}  // namespace
}  // namespace flightcast::arrival
