// SPDX-License-Identifier: Apache-2.0
#include "flight/calendar/stored_date.h"

#include <gtest/gtest.h>

#include <chrono>

namespace flightcast::flight {
namespace {

std::int64_t milliseconds_of(std::optional<base::WallTime> time) {
    return std::chrono::floor<std::chrono::milliseconds>(time.value()).time_since_epoch().count();
}

// Goal: dates are stored as the original stored them (recorded, zone UTC), on both sides of the
// change of calendars.
TEST(StoredDate, IsMidnight) {
    struct Case {
        const char* date;
        std::int64_t milliseconds;
    };
    constexpr Case kCases[] = {
        {"2016-12-25", 1'482'624'000'000},
        {"2016-12-25T10:00+0530", 1'482'624'000'000},
        {"1970-01-01", 0},
        {"1582-10-15", -12'219'292'800'000},
        {"1582-10-10", -12'219'292'800'000},
        {"1582-10-04", -12'219'379'200'000},
        {"0001-01-01", -62'135'769'600'000},
    };
    for (const Case& c : kCases) {
        EXPECT_EQ(milliseconds_of(stored_date(c.date, TimeZone())), c.milliseconds) << c.date;
    }
    EXPECT_FALSE(stored_date("2016-02-30", TimeZone()));
    EXPECT_FALSE(stored_date("today", TimeZone()));
}

// Goal: a stored date is read back as it was, in zones on both sides of Greenwich.
TEST(StoredDate, ComesBack) {
    for (const char* name : {"UTC", "Europe/Madrid", "America/Los_Angeles", "Asia/Kolkata"}) {
        const TimeZone zone = TimeZone::find(name).value();
        for (const char* date :
             {"0001-01-01",
              "0004-02-29",
              "0100-02-28",
              "1000-12-31",
              "1582-10-04",
              "1582-10-15",
              "1899-12-31",
              "1970-01-01",
              "2016-02-29",
              "2025-03-30",
              "2025-10-26",
              "9999-12-31"}) {
            const auto stored = stored_date(date, zone);
            ASSERT_TRUE(stored) << date;
            EXPECT_EQ(flight_date_of_stored(*stored, zone), date) << name;
        }
    }
}

// Goal: times in years that no FlightDate has are no dates.
TEST(StoredDate, RefusesOtherYears) {
    const auto at = [](std::int64_t days) { return base::WallTime{std::chrono::days(days)}; };
    EXPECT_FALSE(flight_date_of_stored(at(20'160'229), TimeZone()));
    EXPECT_FALSE(flight_date_of_stored(at(-20'160'229), TimeZone()));
    EXPECT_FALSE(flight_date_of_stored(at(2'932'897), TimeZone()));
    EXPECT_EQ(flight_date_of_stored(at(2'932'896), TimeZone()), "9999-12-31");
}

}  // namespace
}  // namespace flightcast::flight
