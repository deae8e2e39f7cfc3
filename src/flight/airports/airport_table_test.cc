// SPDX-License-Identifier: Apache-2.0
#include "flight/airports/airport_table.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>

namespace flightcast::flight {
namespace {

using namespace std::chrono_literals;
using std::chrono::local_days;
using std::chrono::sys_days;
using std::chrono::year;

std::string file_text(const std::string& name) {
    std::ifstream file(std::string(FLIGHTCAST_SOURCE_DIR) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

const AirportTable& bundled() {
    static const AirportTable table = AirportTable::parse(file_text("data/airports.jsonl")).value();
    return table;
}

LocalTime local(std::chrono::year_month_day day, std::chrono::minutes minute) {
    return LocalTime(local_days(day)) + minute;
}

// Goal: damaged tables are refused with their line, before any airport is used.
TEST(AirportTable, RefusesFaultyLines) {
    const struct {
        const char* text;
        const char* fault;
    } kCases[] = {
        {"", "airports: the list is empty"},
        {"\n\n", "airports: the list is empty"},
        {"nothing", "airports, line 1: not a JSON object"},
        {"\n[]", "airports, line 2: not a JSON object"},
        {R"({"Airports":{"ADK":[1,2]}})", "airports, line 1: Zone must be the name of a time zone"},
        {R"({"Zone":"UTC"})", "airports, line 1: Airports must be an object"},
        {R"({"Zone":"UTC","Airports":[1]})", "airports, line 1: Airports must be an object"},
        {R"({"Zone":"UTC","Airports":{"ADK":[91,0]}})",
         "airports, line 1: an airport must be [latitude,longitude], in degrees"},
        {R"({"Zone":"UTC","Airports":{"ADK":[0,180.5]}})",
         "airports, line 1: an airport must be [latitude,longitude], in degrees"},
        {R"({"Zone":"UTC","Airports":{"ADK":[0,1,2]}})",
         "airports, line 1: an airport must be [latitude,longitude], in degrees"},
        {R"({"Zone":"UTC","Airports":{"ADK":"x"}})",
         "airports, line 1: an airport must be [latitude,longitude], in degrees"},
    };
    for (const auto& [text, fault] : kCases) {
        const auto table = AirportTable::parse(text);
        ASSERT_FALSE(table) << text;
        EXPECT_EQ(table.error().detail, fault) << text;
    }
}

// Goal: an airport whose zone the machine lacks is left out and said, others are kept; a machine
// without any zone is told apart from a damaged table.
TEST(AirportTable, LeavesOutAirportsOfUnknownZones) {
    const auto table = AirportTable::parse(
        "{\"Zone\":\"Mars/Olympus\",\"Airports\":{\"OLY\":[18,134]}}\n"
        "{\"Zone\":\"America/Adak\",\"Airports\":{\"ADK\":[51.878,-176.646]}}\n"
    );
    ASSERT_TRUE(table);
    EXPECT_EQ(table->size(), 1U);
    EXPECT_EQ(table->find("OLY"), nullptr);
    EXPECT_EQ(table->unknown_zones(), std::vector<std::string>{"Mars/Olympus"});

    const auto none = AirportTable::parse(R"({"Zone":"Mars/Olympus","Airports":{"OLY":[18,134]}})");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, base::Errc::unavailable);
}

// Goal: local times at airports become the right UTC, in winter and summer, where the clocks are
// never changed, and where an hour is repeated or left out.
TEST(AirportTable, BundledZonesTellUtc) {
    const struct {
        const char* airport;
        std::chrono::year_month_day day;
        std::chrono::minutes minute;
        std::chrono::minutes utc;  // of the same day
    } kCases[] = {
        {"JFK", year(2008) / 1 / 15, 12h, 17h},
        {"JFK", year(2008) / 4 / 15, 12h, 16h},
        {"SFO", year(2008) / 4 / 15, 12h, 19h},
        {"PHX", year(2008) / 4 / 15, 12h, 19h},
        {"PHX", year(2008) / 1 / 15, 12h, 19h},
        {"HNL", year(2008) / 4 / 15, 12h, 22h},
        {"ANC", year(2008) / 4 / 15, 12h, 20h},
        {"SJU", year(2008) / 4 / 15, 12h, 16h},
        {"IND", year(2005) / 7 / 1, 12h, 17h},  // without daylight saving time until 2006
        {"IND", year(2008) / 7 / 1, 12h, 16h},
        {"ORD", year(2008) / 3 / 9, 1h + 59min, 7h + 59min},
        {"ORD", year(2008) / 3 / 9, 2h + 30min, 8h + 30min},  // left out: as long after the gap
        {"ORD", year(2008) / 3 / 9, 3h, 8h},
        {"ORD", year(2008) / 11 / 2, 1h + 30min, 6h + 30min},  // the earlier of two
        {"PFN", year(2008) / 1 / 15, 12h, 18h},
        {"ISN", year(2015) / 1 / 15, 12h, 18h},
    };
    for (const auto& [code, day, minute, utc] : kCases) {
        const Airport* const airport = bundled().find(code);
        ASSERT_NE(airport, nullptr) << code;
        EXPECT_EQ(airport->zone.to_wall(local(day, minute)), sys_days(day) + utc) << code;
    }
}

// Goal: UTC becomes the local time of both sides of a change of the clocks.
TEST(AirportTable, BundledZonesTellLocalTimes) {
    const TimeZone& zone = bundled().find("ORD")->zone;
    const auto day = sys_days(year(2008) / 3 / 9);
    EXPECT_EQ(zone.to_local(day + 7h + 59min).local, local(year(2008) / 3 / 9, 1h + 59min));
    EXPECT_EQ(zone.to_local(day + 8h).local, local(year(2008) / 3 / 9, 3h));
}

// Goal: codes are compared whole and with their case; the table reaches beyond one country.
TEST(AirportTable, BundledAirportsAreFoundByTheirCodes) {
    EXPECT_GT(bundled().size(), 7'000U);
    EXPECT_TRUE(bundled().unknown_zones().empty());
    EXPECT_NE(bundled().find("MAD"), nullptr);
    for (const char* code : {"", "S", "sea", "SEA ", "SEAX"}) {
        EXPECT_EQ(bundled().find(code), nullptr) << code;
    }
}

// Goal: coordinates are those of the airports: great circles agree with the distances of the Bureau
// of Transportation Statistics within one part in a hundred or five miles.
TEST(AirportTable, DistancesAgreeWithTheTableOfRoutes) {
    const struct {
        const char* from;
        const char* to;
        double miles;
    } kRoutes[] = {
        {"ATL", "SFO", 2139},
        {"JFK", "LAX", 2475},
        {"SEA", "ANC", 1449},
        {"HNL", "OGG", 100},
        {"EWR", "SJU", 1608},
        {"ORD", "MKE", 67},
        {"GUM", "HNL", 3801},
    };
    for (const auto& [from, to, miles] : kRoutes) {
        const Airport* const a = bundled().find(from);
        const Airport* const b = bundled().find(to);
        ASSERT_TRUE(a != nullptr && b != nullptr) << from << to;
        EXPECT_NEAR(miles_between(*a, *b), miles, std::max(5.0, miles * 0.01)) << from << to;
        EXPECT_DOUBLE_EQ(miles_between(*a, *b), miles_between(*b, *a));
    }
    EXPECT_EQ(miles_between(*bundled().find("ATL"), *bundled().find("ATL")), 0);
}

}  // namespace
}  // namespace flightcast::flight
