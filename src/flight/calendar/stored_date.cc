// SPDX-License-Identifier: Apache-2.0
//
// Julian dates go through Julian day numbers (L. E. Doggett in "Explanatory Supplement to the
// Astronomical Almanac", 1992), with years that begin in March.
#include "flight/calendar/stored_date.h"

#include <chrono>

#include "flight/calendar/date.h"

namespace flightcast::flight {
namespace {

constexpr CalendarDate kFirstGregorian{.year = 1582, .month = 10, .day = 15};
constexpr CalendarDate kLastJulian{.year = 1582, .month = 10, .day = 4};
constexpr std::int64_t kEpoch = 2'440'588;  // the Julian day number of 1970-01-01

// Days since the epoch. The ten days between the calendars do not exist and become the first of the
// new one.
std::int64_t stored_days(const CalendarDate& date) {
    if (date >= kFirstGregorian) return days_since_epoch(date);
    if (date > kLastJulian) return days_since_epoch(kFirstGregorian);
    const std::int64_t before_march = date.month <= 2 ? 1 : 0;
    const std::int64_t year = date.year + 4'800 - before_march;
    const std::int64_t month = date.month + 12 * before_march - 3;
    return date.day + (153 * month + 2) / 5 + 365 * year + year / 4 - 32'083 - kEpoch;
}

CalendarDate julian_date(std::int64_t days) {
    const std::int64_t shifted = days + kEpoch + 32'082;
    const std::int64_t year = (4 * shifted + 3) / 1'461;
    const std::int64_t day_of_year = shifted - 1'461 * year / 4;
    const std::int64_t month = (5 * day_of_year + 2) / 153;
    return {
        .year = static_cast<std::int32_t>(year - 4'800 + month / 10),
        .month = static_cast<std::int32_t>(month + 3 - 12 * (month / 10)),
        .day = static_cast<std::int32_t>(day_of_year - (153 * month + 2) / 5 + 1)
    };
}

CalendarDate gregorian_date(std::int64_t days) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    return {
        .year = static_cast<int>(date.year()),
        .month = static_cast<std::int32_t>(static_cast<unsigned>(date.month())),
        .day = static_cast<std::int32_t>(static_cast<unsigned>(date.day()))
    };
}

}  // namespace

std::optional<base::WallTime> stored_date(std::string_view flight_date, const TimeZone& zone) {
    const auto read = parse_flight_date(flight_date);
    if (!read) return std::nullopt;
    return zone.to_wall(LocalTime{std::chrono::days(stored_days(read->date))});
}

std::optional<std::string> flight_date_of_stored(base::WallTime stored, const TimeZone& zone) {
    // The years are checked twice: a zone's offset may move the day over either end.
    constexpr base::WallTime kFirst{std::chrono::days(-719'200)};
    constexpr base::WallTime kLast{std::chrono::days(2'932'900)};
    if (stored < kFirst || stored > kLast) return std::nullopt;
    const auto local = zone.to_local(stored).local;
    const std::int64_t days =
        std::chrono::floor<std::chrono::days>(local).time_since_epoch().count();
    const CalendarDate date =
        days < days_since_epoch(kFirstGregorian) ? julian_date(days) : gregorian_date(days);
    if (date.year < 1 || date.year > 9'999) return std::nullopt;
    std::string text;
    append_iso_date(text, date);
    return text;
}

}  // namespace flightcast::flight
