// SPDX-License-Identifier: Apache-2.0
#include "replay/flight_times.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace flightcast::replay {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

const flight::AirportTable& airports() {
    static const auto table = flight::AirportTable::parse(
        "{\"Zone\":\"America/New_York\",\"Airports\":{\"JFK\":[40.6398,-73.7789]}}\n"
        "{\"Zone\":\"America/Los_Angeles\",\"Airports\":{\"LAX\":[33.9425,-118.4081]}}\n"
        "{\"Zone\":\"America/Chicago\",\"Airports\":{\"ORD\":[41.9786,-87.9048]}}\n"
        "{\"Zone\":\"Pacific/Honolulu\",\"Airports\":{\"HNL\":[21.3187,-157.9225]}}\n"
    );
    return table.value();
}

std::int16_t hhmm(int time) {
    return static_cast<std::int16_t>(time / 100 * 60 + time % 100);
}

FlightTimes times(const char* origin, const char* dest, const Schedule& schedule) {
    return times_of(schedule, *airports().find(origin), *airports().find(dest));
}

constexpr auto kJanuary = sys_days(year(2008) / 1 / 15);

// Goal: a landing is the scheduled arrival plus its delay, across zones, midnights and the night in
// which clocks change.
TEST(FlightTimes, FollowTheSchedule) {
    const struct {
        const char* origin;
        const char* dest;
        sys_days day;
        int departure, arrival;
        double dep_delay, arr_delay;
        std::chrono::minutes departed, landed;  // after midnight of `day` in UTC
    } kCases[] = {
        {"JFK", "LAX", kJanuary, 900, 1225, 0, 0, 14h, 20h + 25min},
        {"JFK", "LAX", kJanuary, 900, 1225, 30, -10, 14h + 30min, 20h + 15min},
        {"LAX", "JFK", kJanuary, 2300, 715, 0, 45, 31h, 36h + 15min + 45min},
        {"LAX", "JFK", kJanuary, 2300, 715, 1500, 1490, 56h, 36h + 15min + 1490min},
        // The flight from the East lands an hour before it left by the clocks of Chicago.
        {"JFK", "ORD", kJanuary, 600, 737, 0, 0, 11h, 13h + 37min},
        // Clocks go forward while it flies, and back.
        {"LAX", "ORD", sys_days(year(2008) / 3 / 8), 2330, 530, 0, 0, 31h + 30min, 34h + 30min},
        {"LAX", "ORD", sys_days(year(2008) / 11 / 1), 2330, 430, 0, 0, 30h + 30min, 34h + 30min},
        {"HNL", "LAX", kJanuary, 2200, 500, 0, 0, 32h, 37h},
    };
    for (const auto& c : kCases) {
        const FlightTimes found = times(
            c.origin,
            c.dest,
            {.day = c.day,
             .departure = hhmm(c.departure),
             .arrival = hhmm(c.arrival),
             .landing = std::nullopt,
             .dep_delay = c.dep_delay,
             .arr_delay = c.arr_delay,
             .miles = kNone}
        );
        const std::string name = std::string(c.origin) + c.dest + std::to_string(c.departure);
        EXPECT_EQ(found.departed, c.day + c.departed) << name;
        EXPECT_EQ(found.landed, c.day + c.landed) << name;
        EXPECT_FALSE(found.is_estimated) << name;
    }
}

// Goal: without a scheduled arrival the clocks at the landing decide; without both, and when both
// cannot be, the distance does, and that is said.
TEST(FlightTimes, FallBackToTheDistance) {
    Schedule schedule{
        .day = kJanuary,
        .departure = hhmm(900),
        .arrival = std::nullopt,
        .landing = hhmm(1240),
        .dep_delay = 10,
        .arr_delay = 15,
        .miles = 2475
    };
    FlightTimes found = times("JFK", "LAX", schedule);
    EXPECT_EQ(found.landed, kJanuary + 20h + 40min);
    EXPECT_FALSE(found.is_estimated);

    schedule.landing.reset();
    found = times("JFK", "LAX", schedule);
    EXPECT_TRUE(found.is_estimated);
    EXPECT_EQ(found.landed - found.departed, 41min + 297min);

    schedule.arrival = hhmm(650);  // 50 minutes for 2,475 miles
    schedule.arr_delay = 0;
    EXPECT_TRUE(times("JFK", "LAX", schedule).is_estimated);
    schedule.arrival = hhmm(545);  // almost a day
    EXPECT_TRUE(times("JFK", "LAX", schedule).is_estimated);

    schedule.arrival = hhmm(1225);
    schedule.arr_delay = -400;  // landed before it left
    EXPECT_TRUE(times("JFK", "LAX", schedule).is_estimated);

    schedule.miles = kNone;  // 2,468 miles by its coordinates
    found = times("JFK", "LAX", schedule);
    EXPECT_TRUE(found.is_estimated);
    EXPECT_NEAR(
        std::chrono::duration<double>(found.landed - found.departed).count() / 60, 41 + 297, 2
    );
}

// Goal: a diverted flight, which has a schedule but no delay, is expected as late as it left.
TEST(FlightTimes, ExpectFlightsWithoutDelay) {
    const FlightTimes found = times(
        "JFK",
        "LAX",
        {.day = kJanuary,
         .departure = hhmm(900),
         .arrival = hhmm(1225),
         .landing = std::nullopt,
         .dep_delay = 20,
         .arr_delay = kNone,
         .miles = 2475}
    );
    EXPECT_EQ(found.landed, kJanuary + 20h + 45min);
    EXPECT_FALSE(found.is_estimated);
}

}  // namespace
}  // namespace flightcast::replay
