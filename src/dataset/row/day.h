// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace flightcast::dataset {

// A calendar day, as FlightDate means it: without a time and without a zone.
using Day = std::chrono::sys_days;

// Reads exactly "YYYY-MM-DD"; nothing for any other text or a day that does not exist.
[[nodiscard]] std::optional<Day> parse_day(std::string_view text);

// "2015-04-01".
[[nodiscard]] std::string to_string(Day day);

}  // namespace flightcast::dataset
