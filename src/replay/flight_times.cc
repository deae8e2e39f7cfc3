// SPDX-License-Identifier: Apache-2.0
#include "replay/flight_times.h"

#include <chrono>
#include <cmath>

namespace flightcast::replay {
namespace {

using base::WallTime;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kFlightMax = std::chrono::hours(20);
constexpr double kMilesPerMinuteMax = 12;
constexpr double kGroundMinutes = 41;
constexpr double kMinutesPerMile = 0.12;

WallTime at(dataset::Day day, std::int16_t minute, const flight::TimeZone& zone) {
    const flight::LocalTime local{microseconds(day.time_since_epoch()) + minutes(minute)};
    return zone.to_wall(local);
}

seconds from_minutes(double value) {
    return std::isnan(value) ? seconds(0) : seconds(std::llround(value * 60));
}

// The first time after `start` at which the clocks of `zone` show `minute`.
WallTime next_showing(WallTime start, std::int16_t minute, const flight::TimeZone& zone) {
    const auto local = zone.to_local(start).local;
    const dataset::Day day{std::chrono::floor<std::chrono::days>(local).time_since_epoch()};
    const WallTime same_day = at(day, minute, zone);
    return same_day > start ? same_day : at(day + std::chrono::days(1), minute, zone);
}

double miles_of(
    const Schedule& schedule, const flight::Airport& origin, const flight::Airport& dest
) {
    const bool is_known = schedule.miles > 0;
    return is_known ? schedule.miles : flight::miles_between(origin, dest);
}

bool is_flyable(microseconds time, double miles) {
    const double minutes_aloft = std::chrono::duration<double, std::ratio<60>>(time).count();
    return time > seconds(0) && time <= kFlightMax && minutes_aloft * kMilesPerMinuteMax >= miles;
}

std::optional<WallTime> landing_on_record(
    const Schedule& schedule, const FlightTimes& times, const flight::TimeZone& zone
) {
    if (schedule.arrival && !std::isnan(schedule.arr_delay)) {
        return next_showing(times.scheduled, *schedule.arrival, zone) +
               from_minutes(schedule.arr_delay);
    }
    if (schedule.landing) return next_showing(times.departed, *schedule.landing, zone);
    if (schedule.arrival) {
        const WallTime planned = next_showing(times.scheduled, *schedule.arrival, zone);
        return planned + (times.departed - times.scheduled);
    }
    return std::nullopt;
}

}  // namespace

FlightTimes times_of(
    const Schedule& schedule, const flight::Airport& origin, const flight::Airport& dest
) {
    FlightTimes times;
    times.scheduled = at(schedule.day, schedule.departure, origin.zone);
    times.departed = times.scheduled + from_minutes(schedule.dep_delay);
    const double miles = miles_of(schedule, origin, dest);
    const auto landing = landing_on_record(schedule, times, dest.zone);
    if (landing && is_flyable(*landing - times.departed, miles)) {
        times.landed = *landing;
        return times;
    }
    times.is_estimated = true;
    times.landed = times.departed + from_minutes(kGroundMinutes + kMinutesPerMile * miles);
    return times;
}

}  // namespace flightcast::replay
