// SPDX-License-Identifier: Apache-2.0
#include "evaluate/judgement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <numeric>

#include "evaluate/baselines.h"
#include "evaluate/html_report.h"
#include "evaluate/json_report.h"
#include "evaluate/request_of.h"
#include "evaluate/text_report.h"
#include "forest/bundle_testing.h"

namespace flightcast::evaluate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Flights of four days whose arrival delay follows from departure delay and carrier.
dataset::FlightTable make_table() {
    dataset::FlightTable table;
    for (int i = 0; i < 400; ++i) {
        table.day.push_back(*dataset::parse_day("2015-12-30") + std::chrono::days(i % 4));
        table.carrier.push_back(*table.carriers.intern(i % 3 == 0 ? "AA" : "B6"));
        table.origin.push_back(*table.airports.intern(i % 5 == 0 ? "ATL" : "JFK"));
        table.dest.push_back(*table.airports.intern("SFO"));
        table.scheduled_minute.push_back(
            i % 2 == 0 ? dataset::kNoScheduledMinute : static_cast<std::int16_t>(i)
        );
        const auto dep = static_cast<float>(i * 37 % 90) - 20;
        table.dep_delay.push_back(dep);
        table.arr_delay.push_back(dep - (i % 3 == 0 ? 10.0F : 0.0F));
        table.distance.push_back(1'000);
    }
    return table;
}

dataset::RowIds all_rows(const dataset::FlightTable& table) {
    dataset::RowIds rows(table.size());
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
}

Judgement judge_small_model(const dataset::FlightTable& table, std::size_t threads) {
    const auto model = features::Predictor::make(forest::make_small_bundle());
    const dataset::RowIds rows = all_rows(table);
    std::vector<Candidate> candidates = {candidate_of("<small>", *model, table, threads)};
    for (Candidate& one : baselines_of(count_delays(table, rows), table)) {
        candidates.push_back(std::move(one));
    }
    Judgement judgement = judge(table, rows, candidates, 1);
    judgement.gain = {{"DepDelay", 0.75}, {"Carrier", 0.25}};
    judgement.permutation = permute_fields(*model, table, rows, 1);
    return judgement;
}

TEST(RequestOf, FillsInWhatAGatewayWould) {
    // Goal: day numbers, hours and names are those of the flight; missing ones are absent.
    const dataset::FlightTable table = make_table();
    const flight::Request request = request_of(table, 1);
    EXPECT_EQ(request.flight_date, "2015-12-31");
    EXPECT_EQ(request.day_of_year, 365);
    EXPECT_EQ(request.day_of_month, 31);
    EXPECT_EQ(request.day_of_week, 3);  // a Thursday, Monday being 0
    EXPECT_EQ(request.carrier, "B6");
    EXPECT_EQ(request.origin, "JFK");
    EXPECT_EQ(request.crs_dep_time, 1);
    EXPECT_FALSE(request_of(table, 2).crs_dep_time);
    EXPECT_EQ(request_of(table, 61).crs_dep_time, 101);
}

TEST(Judgement, JudgesAllOnTheSameFlights) {
    // Goal: a table of the delay that has seen these flights beats the class shares; rows, days and
    // order are as given; threads change nothing.
    const dataset::FlightTable table = make_table();
    const Judgement one = judge_small_model(table, 1);
    EXPECT_EQ(one.rows, 400U);
    ASSERT_EQ(one.days.size(), 4U);
    EXPECT_EQ(dataset::to_string(one.days[0]), "2015-12-30");
    EXPECT_THAT(one.rows_of_day, ElementsAre(100, 100, 100, 100));
    ASSERT_EQ(one.contestants.size(), 3U);
    EXPECT_EQ(one.contestants[1].name, "dep_delay_table");
    EXPECT_EQ(one.contestants[2].name, "majority");
    EXPECT_LT(one.contestants[1].metrics.log_loss, 0.7 * one.contestants[2].metrics.log_loss);
    EXPECT_GT(one.contestants[2].intervals->log_loss_above_first.high, -10);
    const Judgement three = judge_small_model(table, 3);
    EXPECT_EQ(three.contestants[0].metrics.log_loss, one.contestants[0].metrics.log_loss);
    EXPECT_EQ(three.contestants[0].intervals->figures, one.contestants[0].intervals->figures);
}

TEST(Judgement, OneDayHasNoIntervals) {
    // Goal: intervals come from drawing days; of a single day there are none, and every report says
    // so instead of giving two equal bounds.
    dataset::FlightTable table = make_table();
    std::ranges::fill(table.day, table.day[0]);
    const Judgement judgement = judge_small_model(table, 1);
    ASSERT_EQ(judgement.days.size(), 1U);
    for (const Contestant& one : judgement.contestants) EXPECT_FALSE(one.intervals);
    EXPECT_THAT(text_report(judgement), HasSubstr("400 flights of 1 day, 2015-12-30"));
    EXPECT_THAT(
        text_report(judgement), HasSubstr("no intervals: they come from drawing whole days")
    );
    EXPECT_TRUE(json_report(judgement).at("contestants").at(0).at("intervals").is_null());
    EXPECT_THAT(html_report(judgement, {.title = "t", .notes = ""}), HasSubstr("are of one day"));
}

TEST(Judgement, ShufflingAFieldThatDoesNotMatterChangesNothing) {
    // Goal: fields that the model does not use have no importance.
    const dataset::FlightTable table = make_table();
    for (const FieldImportance& one : judge_small_model(table, 1).permutation) {
        if (one.field == "FlightDate" || one.field == "CRSDepTime") {
            EXPECT_EQ(one.log_loss_above, 0) << one.field;
        }
    }
}

TEST(Reports, SayTheSameInEveryForm) {
    // Goal: text, JSON and page name every contestant and carry the figures; the page is whole,
    // escapes names and loads nothing.
    const dataset::FlightTable table = make_table();
    const Judgement judgement = judge_small_model(table, 1);
    const double loss = judgement.contestants[0].metrics.log_loss;
    const std::string text = text_report(judgement);
    EXPECT_THAT(text, HasSubstr("400 flights of 4 days, 2015-12-30 to 2016-01-02"));
    EXPECT_THAT(text, HasSubstr("dep_delay_table"));
    EXPECT_THAT(text, HasSubstr(std::to_string(loss).substr(0, 5)));

    const boost::json::object object = json_report(judgement);
    const auto& first = object.at("contestants").as_array().at(0).as_object();
    EXPECT_EQ(first.at("log_loss").as_double(), loss);
    EXPECT_EQ(first.at("reliability").as_array().size(), 4U);
    EXPECT_EQ(first.at("daily_log_loss").as_array().size(), 4U);
    EXPECT_EQ(object.at("gain").as_object().at("DepDelay"), 0.75);

    const std::string page = html_report(judgement, {.title = "a & b", .notes = "<i>"});
    EXPECT_THAT(page, HasSubstr("<h1>a &amp; b</h1>"));
    EXPECT_THAT(page, HasSubstr("&lt;small&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("<td><small>")));
    for (const char* const banned :
         {"<script", "http:", "https:", " src=", "@import", "nan", "inf"}) {
        EXPECT_THAT(page, Not(HasSubstr(banned)));
    }
    EXPECT_TRUE(page.ends_with("</html>\n"));
}

}  // namespace
}  // namespace flightcast::evaluate
