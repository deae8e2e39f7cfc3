// SPDX-License-Identifier: Apache-2.0
#include "features/flight_facts.h"

#include <chrono>
#include <cmath>
#include <optional>

#include "flight/calendar/date.h"

namespace flightcast::features {
namespace {

// A number that may be absent as a float; one that a float cannot hold counts as missing.
float to_float(const std::optional<double>& number) {
    const float value = static_cast<float>(number.value_or(NAN));
    return std::isfinite(value) ? value : NAN;
}

std::string_view to_view(const std::optional<std::string>& text) {
    return text ? std::string_view(*text) : std::string_view();
}

// Minutes since midnight of a time written as hhmm; kNoScheduledMinute for an invalid one.
std::int16_t minute_of_day(std::optional<std::int32_t> hhmm) {
    if (!hhmm || *hhmm < 0 || *hhmm > 2'400 || *hhmm % 100 > 59) return dataset::kNoScheduledMinute;
    return static_cast<std::int16_t>((*hhmm / 100 * 60 + *hhmm % 100) % 1'440);
}

}  // namespace

FlightFacts facts_of(const flight::Request& request) {
    FlightFacts facts{
        .dep_delay = to_float(request.dep_delay),
        .distance = to_float(request.distance),
        .scheduled_minute = minute_of_day(request.crs_dep_time),
        .carrier = to_view(request.carrier),
        .origin = to_view(request.origin),
        .dest = to_view(request.dest),
    };
    if (request.online) facts.online = request.online->values;
    if (!request.flight_date) return facts;
    const auto date = flight::parse_flight_date(*request.flight_date);
    if (!date) return facts;
    facts.day_of_week = static_cast<std::uint8_t>(flight::day_of_week(date->date) + 1);
    facts.month = static_cast<std::uint8_t>(date->date.month);
    facts.day_of_month = static_cast<std::uint8_t>(date->date.day);
    if (!request.crs_dep_time) facts.scheduled_minute = minute_of_day(date->crs_dep_time);
    return facts;
}

FlightFacts facts_of(const dataset::FlightTable& table, std::size_t row) {
    const std::chrono::weekday weekday(table.day[row]);
    const std::chrono::year_month_day date(table.day[row]);
    return {
        .dep_delay = table.dep_delay[row],
        .distance = table.distance[row],
        .scheduled_minute = table.scheduled_minute[row],
        .day_of_week = static_cast<std::uint8_t>(weekday.iso_encoding()),
        .month = static_cast<std::uint8_t>(static_cast<unsigned>(date.month())),
        .day_of_month = static_cast<std::uint8_t>(static_cast<unsigned>(date.day())),
        .carrier = table.carriers.text(table.carrier[row]),
        .origin = table.airports.text(table.origin[row]),
        .dest = table.airports.text(table.dest[row]),
        .online = table.online_of(row),
    };
}

}  // namespace flightcast::features
