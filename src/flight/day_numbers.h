// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "flight/calendar/date.h"
#include "flight/request.h"

namespace flightcast::flight {

// Sets the day numbers that a request carries beside its FlightDate: the one place that derives
// them, for forms, for rows of files and for judging.
inline void set_day_numbers(Request& request, const CalendarDate& date) {
    request.day_of_year = day_of_year(date);
    request.day_of_month = date.day;
    request.day_of_week = day_of_week(date);
}

}  // namespace flightcast::flight
