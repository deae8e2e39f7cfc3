// SPDX-License-Identifier: Apache-2.0
#include "today/today.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <string>

#include "features/online/fold_testing.h"
#include "today/today_json.h"

namespace flightcast::today {
namespace {

using namespace std::chrono_literals;
using features::online::few_airports;
using features::online::Fold;
using features::online::News;

constexpr base::WallTime kNow{std::chrono::sys_days(std::chrono::year(2008) / 4 / 1) + 12h};

double seconds_of(base::WallTime time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

// `count` flights of different numbers that land one a minute until `last`, each having lost so
// many minutes after leaving 20 minutes late.
struct Landings {
    const char* origin;
    const char* dest;
    int count;
    float lost;
    base::WallTime last;
};

void land(Fold& fold, const Landings& all) {
    for (int i = 0; i < all.count; ++i) {
        const std::string number = std::to_string(i + 1);
        const double reported = seconds_of(all.last - (all.count - 1 - i) * 1min);
        News news{
            .flight = {"AA", number, all.origin, all.dest},
            .day = 13'970,
            .crs = 800,
            .event = arrival::Event::departed,
            .reported = reported - 60,
            .dep_delay = 20.0F
        };
        fold.add(news);
        news.event = arrival::Event::landed;
        news.reported = reported;
        news.arr_delay = 20.0F + all.lost;
        fold.add(news);
    }
}

TEST(Today, TellsHowFlightsOfAnAirportGo) {
    // Goal: flights into SFO that all lost 10 minutes: the mean leans on them by their number, is
    // above the usual one that was made of other flights too, and the expected delay is that with
    // the mean departure delay; the count and the age are of the landings. Out of ATL the same
    // flights are counted; OAK knows none.
    Fold fold(few_airports());
    land(fold, {"JFK", "ATL", 30, -6, kNow - 5h});
    land(fold, {"ATL", "SFO", 30, 10, kNow - 5min});
    const AirportToday sfo = airport_today(fold, "SFO", kNow);
    EXPECT_NEAR(sfo.into.minutes_lost, 9.5, 0.6);
    EXPECT_NEAR(sfo.into.flights, 27, 3);
    EXPECT_LE(sfo.into.flights, 30);
    EXPECT_EQ(sfo.into.newest, kNow - 5min);
    EXPECT_NEAR(sfo.into.dep_delay, 19.2, 1);
    EXPECT_DOUBLE_EQ(sfo.into.expected_arr_delay, sfo.into.dep_delay + sfo.into.minutes_lost);
    EXPECT_EQ(sfo.out_of.flights, 0);
    EXPECT_FALSE(sfo.out_of.newest);
    const AirportToday atl = airport_today(fold, "ATL", kNow);
    EXPECT_GT(atl.out_of.minutes_lost, 8);
    EXPECT_GT(atl.out_of.deviation(), 5);
    EXPECT_GT(atl.out_of.flights, 15);
    EXPECT_EQ(atl.into.newest, kNow - 5h);
    EXPECT_LT(atl.into.flights, 8);
    const AirportToday oak = airport_today(fold, "OAK", kNow);
    EXPECT_EQ(oak.into.flights, 0);
    EXPECT_EQ(oak.into.deviation(), 0);
    EXPECT_FALSE(knows_airport(fold, "OAK"));
    EXPECT_TRUE(knows_airport(fold, "SFO"));
}

TEST(Today, TellsHowFlightsOfARouteGo) {
    // Goal: a route's expectation is the additive model's, its mean that of its own flights; a
    // route without flights has the usual ones and none is counted.
    Fold fold(few_airports());
    land(fold, {"ATL", "SFO", 30, 10, kNow - 5min});
    const RouteToday route = route_today(fold, "ATL", "SFO", kNow);
    EXPECT_NEAR(route.state.minutes_lost, 10, 1.5);
    EXPECT_NEAR(route.expected_minutes_lost, 9, 3);
    EXPECT_GT(route.error, 0.5);
    EXPECT_DOUBLE_EQ(
        route.state.expected_arr_delay, route.state.dep_delay + route.expected_minutes_lost
    );
    EXPECT_NEAR(route.state.flights, 29, 1);
    EXPECT_TRUE(knows_route(fold, "ATL", "SFO"));
    EXPECT_FALSE(knows_route(fold, "SFO", "ATL"));
    EXPECT_EQ(route_today(fold, "SFO", "ATL", kNow).state.flights, 0);
}

TEST(Today, ListsAirportsOfEnoughFlightsWorstFirst) {
    // Goal: an airport of fewer than 20 flights is left out, also one whose flights are long ago;
    // the others follow by minutes lost.
    Fold fold(few_airports());
    land(fold, {"SFO", "OAK", 40, 90, kNow - 30h});
    land(fold, {"SFO", "JFK", 30, 2, kNow - 30min});
    land(fold, {"JFK", "ATL", 25, 30, kNow - 10min});
    land(fold, {"ATL", "SFO", 19, 50, kNow - 5min});
    std::vector<std::string> codes;
    for (const AirportToday& airport : worst_airports(fold, kNow)) codes.push_back(airport.code);
    EXPECT_THAT(codes, testing::ElementsAre("ATL", "JFK"));
}

TEST(Today, IsJson) {
    // Goal: the members of each answer, minutes in tenths, null for the age of what is not known
    // and for the time of the newest report before any.
    Fold fold(few_airports());
    EXPECT_EQ(airports_json(fold, kNow), R"({"as_of":null,"airports":[]})");
    land(fold, {"ATL", "SFO", 25, 10, kNow - 5min});
    const auto sfo = boost::json::parse(airport_json(fold, "SFO", kNow)).as_object();
    EXPECT_EQ(sfo.at("as_of"), "2008-04-01T11:55:00.000000Z");
    EXPECT_EQ(sfo.at("code"), "SFO");
    const auto& into = sfo.at("into").as_object();
    for (const char* const name :
         {"minutes_lost",
          "usual_minutes_lost",
          "deviation",
          "dep_delay",
          "expected_arr_delay",
          "flights"}) {
        const double value = into.at(name).as_double();
        EXPECT_NEAR(value * 10, std::round(value * 10), 1e-9) << name;
    }
    EXPECT_EQ(into.at("age_seconds"), 300);
    EXPECT_TRUE(sfo.at("out_of").as_object().at("age_seconds").is_null());
    const auto route = boost::json::parse(route_json(fold, "ATL", "SFO", kNow)).as_object();
    EXPECT_EQ(route.at("origin"), "ATL");
    EXPECT_EQ(route.at("dest"), "SFO");
    EXPECT_GT(route.at("expected_minutes_lost").as_double(), 5);
    EXPECT_EQ(route.at("age_seconds"), 300);
    const auto all = boost::json::parse(airports_json(fold, kNow)).as_object();
    ASSERT_EQ(all.at("airports").as_array().size(), 1U);
    EXPECT_EQ(all.at("airports").as_array()[0].as_object().at("code"), "SFO");
    // A question whose clock is behind the newest report is answered as of that.
    const auto early = boost::json::parse(airport_json(fold, "SFO", kNow - 1h)).as_object();
    EXPECT_EQ(early.at("into").as_object().at("age_seconds"), 0);
}

}  // namespace
}  // namespace flightcast::today
