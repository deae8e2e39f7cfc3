// SPDX-License-Identifier: Apache-2.0
#include "replay/list_loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

#include "base/temporary_folder.h"

namespace flightcast::replay {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr std::string_view kHeader =
    "FlightDate,Reporting_Airline,Flight_Number_Reporting_Airline,Origin,Dest,CRSDepTime,DepTime,"
    "DepDelay,CRSArrTime,ArrTime,ArrDelay,Cancelled,Diverted,Distance\n";

class ListLoader : public ::testing::Test {
  protected:
    base::Result<LoadedList> load(std::string_view text, const ListOptions& options = {}) {
        const std::array files = {folder_.write("flights.csv", text)};
        return load_list(files, airports_, options);
    }

    base::Result<LoadedList> load_rows(const std::string& rows, const ListOptions& options = {}) {
        return load(std::string(kHeader) + rows, options);
    }

    const flight::AirportTable airports_ =
        flight::AirportTable::parse(
            "{\"Zone\":\"America/New_York\",\"Airports\":{\"JFK\":[40.6398,-73.7789]}}\n"
            "{\"Zone\":\"America/Los_Angeles\",\"Airports\":{\"LAX\":[33.9425,-118.4081]}}\n"
        )
            .value();
    const base::TemporaryFolder folder_;
};

constexpr auto kDay = std::chrono::sys_days(std::chrono::year(2008) / 1 / 15);

// Goal: landed, diverted and cancelled flights are kept with their times in UTC and in order.
TEST_F(ListLoader, KeepsFlightsThatWereAskedForOrCancelled) {
    const auto loaded = load_rows(
        "2008-01-15,AA,3,JFK,LAX,0900,0930,30,1225,1215,-10,0,0,2475\n"
        "2008-01-15,AA,1,JFK,LAX,0700,0700,0,1025,,,0,1,2475\n"
        "2008-01-15,AA,2,JFK,LAX,0800,,,1125,,,1,0,2475\n"
    );
    ASSERT_TRUE(loaded) << loaded.error().detail;
    const auto& flights = loaded->list.flights;
    ASSERT_EQ(flights.size(), 3U);
    EXPECT_EQ(flights[0].fate, Fate::diverted);
    EXPECT_EQ(flights[0].departed, kDay + 12h);
    EXPECT_EQ(flights[0].landed, kDay + 18h + 25min);
    EXPECT_TRUE(std::isnan(flights[0].arr_delay));
    EXPECT_EQ(flights[1].fate, Fate::cancelled);
    EXPECT_EQ(flights[1].departed, kDay + 13h);
    EXPECT_EQ(flights[1].landed, kDay + 13h);
    EXPECT_EQ(flights[2].fate, Fate::landed);
    EXPECT_EQ(flights[2].departed, kDay + 14h + 30min);
    EXPECT_EQ(flights[2].landed, kDay + 20h + 15min);
    EXPECT_EQ(flights[2].arr_delay, -10);
    EXPECT_EQ(loaded->list.number(flights[2]), "3");
    EXPECT_EQ(loaded->report.landed, 1U);
    EXPECT_EQ(loaded->report.diverted, 1U);
    EXPECT_EQ(loaded->report.cancelled, 1U);
    EXPECT_EQ(loaded->report.estimated, 0U);
    EXPECT_THAT(left_out(loaded->report), IsEmpty());
}

// Goal: every row that is not played is counted by its cause, and said.
TEST_F(ListLoader, CountsRowsThatAreLeftOut) {
    const auto loaded = load_rows(
        "2008-01-15,AA,1,JFK,LAX,0900,0930,30,1225,1215,-10,0,0,2475\n"
        "2008-01-15,AA,1,JFK,LAX,0900,0930,30,1225,1215,-10,0,0,2475\n"  // again
        "2008-01-15,AA,2,JFK,LAX,0900,0930,,1225,1215,-10,0,0,2475\n"    // no DepDelay
        "2008-01-15,AA,3,JFK,LAX,0900,0930,30,1225,1215,,0,0,2475\n"     // no ArrDelay
        "2008-01-15,AA,4,JFK,LAX,,0930,30,1225,1215,-10,0,0,2475\n"      // no CRSDepTime
        "2008-01-15,AA,5,XXX,LAX,0900,0930,30,1225,1215,-10,0,0,2475\n"
        "2008-01-15,AA,6,12478,12892,0900,0930,30,1225,1215,-10,0,0,2475\n"
        "2008-01-15,AA,7,JFK,LAX,0900,0930,soon,1225,1215,-10,0,0,2475\n"
        "2008-01-15,AA,8,JFK,LAX,0900,0930,30,late,early,-10,0,0,2475\n"  // estimated
    );
    ASSERT_TRUE(loaded) << loaded.error().detail;
    const ListReport& report = loaded->report;
    EXPECT_EQ(loaded->list.flights.size(), 2U);
    EXPECT_EQ(report.repeated, 1U);
    EXPECT_EQ(report.without_delays, 2U);
    EXPECT_EQ(report.without_departure_time, 1U);
    EXPECT_THAT(report.unplaced, ElementsAre(Pair("XXX", 1)));
    EXPECT_EQ(report.airport_numbers, 1U);
    EXPECT_EQ(report.bad_rows, 1U);
    EXPECT_THAT(report.first_bad, HasSubstr("flights.csv:9: bad DepDelay: 'soon' is not a number"));
    EXPECT_EQ(report.estimated, 1U);
    const auto lines = left_out(report);
    ASSERT_EQ(lines.size(), 6U);
    EXPECT_THAT(lines[3], HasSubstr("XXX"));
}

// Goal: other shapes of files are read like those of training: JSON lines, other names of columns,
// no arrival times.
TEST_F(ListLoader, ReadsTheShapesOfTraining) {
    const auto loaded = load(
        R"({"FL_DATE": "1/15/2008", "OP_CARRIER": "AA", "ORIGIN": "JFK", "DEST": "LAX", )"
        R"("CRS_DEP_TIME": 900, "DEP_DELAY": 0.0, "ARR_DELAY": 5.0})"
        "\n"
    );
    ASSERT_TRUE(loaded) << loaded.error().detail;
    ASSERT_EQ(loaded->list.flights.size(), 1U);
    EXPECT_EQ(loaded->list.number(loaded->list.flights[0]), "");
    EXPECT_EQ(loaded->report.estimated, 1U);
}

// Goal: files that cannot be played are refused, with the reason.
TEST_F(ListLoader, RefusesFilesWithoutFlights) {
    auto loaded = load_rows("2008-01-15,AA,5,XXX,LAX,0900,0930,30,1225,1215,-10,0,0,2475\n");
    ASSERT_FALSE(loaded);
    EXPECT_THAT(
        loaded.error().detail, HasSubstr("there is no flight to play; 1 times at airports")
    );
    loaded = load("FlightDate,Carrier,Origin,Dest,DepDelay\n");
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().detail, HasSubstr("lacks a column for ArrDelay"));
    loaded = load_rows(
        "2008-01-15,AA,1,JFK,LAX,0900,0930,30,1225,1215,-10,0,0,2475\n"
        "2008-01-15,AA,2,JFK,LAX,0900,0930,30,1225,1215,-10,0,0,2475\n",
        {.flights_max = 1}
    );
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, base::Errc::full);
    loaded = load_rows(
        "2008-01-15,AA,7,JFK,LAX,0900,0930,x,1225,1215,-10,0,0,2475\n", {.bad_rows_max = 0}
    );
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().detail, HasSubstr("--bad-rows-max"));
}

}  // namespace
}  // namespace flightcast::replay
