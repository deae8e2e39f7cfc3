// SPDX-License-Identifier: Apache-2.0
#include "flight/calendar/timestamp.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

namespace flightcast::flight {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

TimeZone zone_of(std::string_view name) {
    const auto zone = TimeZone::find(name);
    EXPECT_TRUE(zone.has_value()) << name;
    return zone.value_or(TimeZone());
}

// Goal: an unknown zone is named; UTC needs no database.
TEST(TimeZone, FindsZones) {
    EXPECT_EQ(TimeZone().name(), "UTC");
    EXPECT_EQ(zone_of("UTC").name(), "UTC");
    EXPECT_EQ(zone_of("Europe/Madrid").name(), "Europe/Madrid");
    for (const auto* name : {"", "Mars/Olympus", "europe/madrid", "../../etc/passwd"}) {
        const auto zone = TimeZone::find(name);
        ASSERT_FALSE(zone.has_value()) << name;
        EXPECT_EQ(zone.error().code, base::Errc::invalid_argument);
    }
}

// Goal: daylight saving time is known beyond the last year that zone files list, in years of every
// kind, and in the southern hemisphere.
TEST(TimeZone, KnowsTheRulesOfLaterYears) {
    const TimeZone madrid = zone_of("Europe/Madrid");
    const TimeZone sydney = zone_of("Australia/Sydney");
    for (int year = 2020; year < 12'000; ++year) {
        const auto hours_in = [year](const TimeZone& zone, unsigned month) {
            const auto day = std::chrono::sys_days(std::chrono::year(year) / month / 15);
            return zone.to_local(base::WallTime(day)).offset / 1h;
        };
        ASSERT_EQ(hours_in(madrid, 1), 1) << year;
        ASSERT_EQ(hours_in(madrid, 7), 2) << year;
        ASSERT_EQ(hours_in(sydney, 1), 11) << year;
        ASSERT_EQ(hours_in(sydney, 7), 10) << year;

        // The clocks change at 01:00 UTC on the last Sunday of March.
        using std::chrono::Sunday;
        const auto change =
            std::chrono::sys_days(std::chrono::year(year) / 3 / Sunday[std::chrono::last]);
        ASSERT_EQ(madrid.to_local(base::WallTime(change + 1h - 1us)).offset, 1h) << year;
        ASSERT_EQ(madrid.to_local(base::WallTime(change + 1h)).offset, 2h) << year;
    }
}

// Goal: Python's isoformat(), Java's pattern and our own UTC form, before the epoch and far after
// too.
TEST(Timestamp, IsWritten) {
    struct Case {
        std::int64_t microseconds;
        std::string_view iso;
        std::string_view zoned;
    };
    constexpr Case kCases[] = {
        {0, "1970-01-01T00:00:00", "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999999", "1969-12-31T23:59:59.999Z"},
        {1'767'107'260'123'456, "2025-12-30T15:07:40.123456", "2025-12-30T15:07:40.123Z"},
        {1'767'107'260'000'007, "2025-12-30T15:07:40.000007", "2025-12-30T15:07:40.000Z"},
        {-62'135'596'800'000'000, "0001-01-01T00:00:00", "0001-01-01T00:00:00.000Z"},
        {1'767'107'260'123'000'000, "+57967-05-27T07:48:43", "+57967-05-27T07:48:43.000Z"},
        {951'782'400'000'000, "2000-02-29T00:00:00", "2000-02-29T00:00:00.000Z"},
    };
    for (const Case& expected : kCases) {
        std::string iso;
        append_isoformat(iso, LocalTime(microseconds(expected.microseconds)));
        EXPECT_EQ(iso, expected.iso);
        std::string zoned;
        append_zoned(zoned, LocalTime(microseconds(expected.microseconds)), TimeZone());
        EXPECT_EQ(zoned, expected.zoned);
    }
    std::string utc;
    append_utc(utc, base::WallTime(1'767'107'260'000'007us));
    EXPECT_EQ(utc, "2025-12-30T15:07:40.000007Z");
    EXPECT_EQ(read_utc(utc), base::WallTime(1'767'107'260'000'007us));
    for (const char* const none :
         {"2025-12-30T15:07:40Z",
          "2025-02-29T15:07:40.000007Z",
          "2025-12-30T24:07:40.000007Z",
          "2025-12-30 15:07:40.000007Z",
          "0000-12-30T15:07:40.000007Z"}) {
        EXPECT_FALSE(read_utc(none)) << none;
    }
}

// Goal: text that Spark does not read as a timestamp is not read; the recorded messages have the
// accepted ones.
TEST(Timestamp, RefusesWhatIsNone) {
    constexpr std::string_view kCases[] = {
        "",
        " ",
        "now",
        "epoch",
        "15:07:40",
        "1767107260",
        "25-12-30",
        "0000-01-01",
        "2025-13-01",
        "2025-02-29",
        "2025-12-",
        "2025-12-30x",
        "2025-12-30T",
        "2025-12-30T24:00",
        "2025-12-30T15:60",
        "2025-12-30T15:07:60",
        "2025-12-30T15:07:40 Mars",
        "2025-12-30T15:07:40[Europe/Madrid]",
        "2025-12-30T15:07:40+19:00",
        "2025-12-30T15:07:40+01:",
        "2025-12-30T15:07:40+01:60",
        "2025-12-30T15:07:40Zx",
        "-2025-12-30",
    };
    for (const std::string_view text : kCases) {
        EXPECT_EQ(parse_timestamp(text, TimeZone()), std::nullopt) << text;
    }
    EXPECT_EQ(
        timestamp_of_seconds(std::numeric_limits<std::int64_t>::max(), TimeZone()), std::nullopt
    );
    EXPECT_EQ(
        timestamp_of_seconds(std::numeric_limits<std::int64_t>::min(), TimeZone()), std::nullopt
    );
}

}  // namespace
}  // namespace flightcast::flight
