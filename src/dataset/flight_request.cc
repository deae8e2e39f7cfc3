// SPDX-License-Identifier: Apache-2.0
#include "dataset/flight_request.h"

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "flight/calendar/date.h"
#include "flight/day_numbers.h"

namespace flightcast::dataset {
namespace {

std::optional<std::string> text_or_absent(std::string_view text) {
    if (text.empty()) return std::nullopt;
    return std::string(text);
}

std::optional<double> number_or_absent(double number) {
    if (std::isnan(number)) return std::nullopt;
    return number;
}

flight::CalendarDate calendar_date(Day day) {
    const std::chrono::year_month_day date(day);
    return {
        .year = static_cast<int>(date.year()),
        .month = static_cast<std::int32_t>(static_cast<unsigned>(date.month())),
        .day = static_cast<std::int32_t>(static_cast<unsigned>(date.day())),
    };
}

}  // namespace

flight::Request to_request(const FlightRow& row) {
    flight::Request request;
    request.dep_delay = number_or_absent(row.dep_delay);
    request.carrier = text_or_absent(row.carrier);
    request.origin = text_or_absent(row.origin);
    request.dest = text_or_absent(row.dest);
    request.flight_num = text_or_absent(row.flight_num);
    request.distance = number_or_absent(row.distance);
    if (row.day) {
        request.flight_date = to_string(*row.day);
        flight::set_day_numbers(request, calendar_date(*row.day));
    }
    if (row.scheduled_minute) {
        request.crs_dep_time = *row.scheduled_minute / 60 * 100 + *row.scheduled_minute % 60;
    }
    return request;
}

}  // namespace flightcast::dataset
