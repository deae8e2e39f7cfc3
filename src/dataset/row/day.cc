// SPDX-License-Identifier: Apache-2.0
#include "dataset/row/day.h"

namespace flightcast::dataset {
namespace {

// The number that `digits` spell; -1 when one of them is no digit.
int parse_digits(std::string_view digits) {
    int number = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return -1;
        number = number * 10 + (c - '0');
    }
    return number;
}

}  // namespace

std::optional<Day> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = parse_digits(text.substr(0, 4));
    const int month = parse_digits(text.substr(5, 2));
    const int day = parse_digits(text.substr(8, 2));
    if (year < 0 || month < 0 || day < 0) return std::nullopt;
    const std::chrono::year_month_day date(
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}
    );
    if (!date.ok()) return std::nullopt;
    return Day(date);
}

std::string to_string(Day day) {
    const std::chrono::year_month_day date(day);
    const auto two_digits = [](unsigned number) {
        return std::string{
            static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)
        };
    };
    std::string year = std::to_string(static_cast<int>(date.year()));
    if (year.size() < 4) year.insert(0, 4 - year.size(), '0');
    return year + "-" + two_digits(static_cast<unsigned>(date.month())) + "-" +
           two_digits(static_cast<unsigned>(date.day()));
}

}  // namespace flightcast::dataset
