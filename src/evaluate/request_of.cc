// SPDX-License-Identifier: Apache-2.0
#include "evaluate/request_of.h"

#include <chrono>
#include <cmath>
#include <string>

#include "dataset/day.h"

namespace flightcast::evaluate {

flight::Request request_of(const dataset::FlightTable& table, std::size_t row) {
    const dataset::Day day = table.day[row];
    const std::chrono::year_month_day date(day);
    const dataset::Day new_year(date.year() / std::chrono::January / 1);
    const std::chrono::weekday weekday(day);
    flight::Request request;
    request.dep_delay = table.dep_delay[row];
    request.carrier = std::string(table.carriers.text(table.carrier[row]));
    request.flight_date = dataset::to_string(day);
    request.origin = std::string(table.airports.text(table.origin[row]));
    request.dest = std::string(table.airports.text(table.dest[row]));
    if (!std::isnan(table.distance[row])) request.distance = table.distance[row];
    request.day_of_year = static_cast<std::int32_t>((day - new_year).count()) + 1;
    request.day_of_month = static_cast<std::int32_t>(static_cast<unsigned>(date.day()));
    request.day_of_week = static_cast<std::int32_t>(weekday.iso_encoding()) - 1;
    const std::int16_t minute = table.scheduled_minute[row];
    if (minute >= 0) request.crs_dep_time = minute / 60 * 100 + minute % 60;
    return request;
}

}  // namespace flightcast::evaluate
