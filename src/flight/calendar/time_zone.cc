// SPDX-License-Identifier: Apache-2.0
//
// The time zone files that the date library reads end with the year 2037. A later time follows the
// rules of the same moment in a year up to then that starts on the same weekday and has as many
// days, because rules are of the form "last Sunday of March".
#include "flight/calendar/time_zone.h"

#include <date/tz.h>

#include <exception>

namespace flightcast::flight {
namespace {

using base::Errc;
using base::fail;
using std::chrono::seconds;

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kCalendarCycleDays = 146'097;  // 400 years: weekdays and leap years repeat
constexpr std::int64_t kKnownUntil = 2'145'916'800;   // 2038-01-01

seconds with_known_rules(seconds time) {
    if (time.count() < kKnownUntil) return time;
    const date::sys_days day(date::days(time.count() / kDaySeconds % kCalendarCycleDays));
    const date::year year = date::year_month_day(day).year();
    const date::sys_days start(year / 1 / 1);

    // Any 28 years in a row of this span have all 14 kinds of years.
    date::year twin(2037);
    while (twin.is_leap() != year.is_leap() ||
           date::weekday(twin / 1 / 1) != date::weekday(start)) {
        --twin;
    }
    const date::sys_days twin_day = date::sys_days(twin / 1 / 1) + (day - start);
    return twin_day.time_since_epoch() + seconds(time.count() % kDaySeconds);
}

seconds whole_seconds(std::chrono::microseconds time) {
    return std::chrono::floor<seconds>(time);
}

}  // namespace

base::Result<TimeZone> TimeZone::find(std::string_view name) {
    if (name == "UTC") return TimeZone();
    try {
        return TimeZone(date::locate_zone(name));
    } catch (const std::exception&) {
        return fail(
            Errc::invalid_argument,
            "no time zone '" + std::string(name) +
                "'; accepted are names such as UTC and Europe/Madrid"
        );
    }
}

std::string TimeZone::name() const {
    return zone_ == nullptr ? "UTC" : zone_->name();
}

TimeZone::Moment TimeZone::to_local(base::WallTime time) const {
    seconds offset(0);
    if (zone_ != nullptr) {
        const date::sys_seconds key(with_known_rules(whole_seconds(time.time_since_epoch())));
        offset = zone_->get_info(key).offset;
    }
    return {.local = LocalTime(time.time_since_epoch() + offset), .offset = offset};
}

base::WallTime TimeZone::to_wall(LocalTime local) const {
    seconds offset(0);
    if (zone_ != nullptr) {
        const date::local_seconds key(with_known_rules(whole_seconds(local.time_since_epoch())));
        // For a repeated time `first` is the earlier one; for a skipped one it is the offset
        // before the gap, which moves the time past it.
        offset = zone_->get_info(key).first.offset;
    }
    return base::WallTime(local.time_since_epoch() - offset);
}

}  // namespace flightcast::flight
