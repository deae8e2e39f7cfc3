// SPDX-License-Identifier: Apache-2.0
//
// pyiso8601 reads a date with one regular expression, which backtracks: "2016-122" is no YYYY-MM
// and a 2, so it becomes January 22. The readers below try the same alternatives in the same order:
//
//     year    = dddd
//     month   = "-" dd | "-" d | dd, the last one not at the end ("201612" is refused)
//     day     = "-" dd | "-" d | dd
//     time    = (" " | "T") hour [[":"] minute] [[":"] second [("." | ",") fraction]] [zone]
//     zone    = "Z" | ("+" | "-") hour [":"] [minute]
//     date    = year [month [day [time]]]
#include "flight/calendar/date.h"

#include <array>
#include <chrono>

#include "text/text_parser.h"

namespace flightcast::flight {
namespace {

using base::Errc;
using base::fail;

constexpr std::string_view kAccepted =
    "accepted are YYYY-MM-DD, YYYYMMDD, YYYY-MM and YYYY, optionally followed by T and a time";

struct Shape {
    bool dash;
    std::size_t digits;
};

// In the order in which they are tried, for the month as for the day.
constexpr std::array<Shape, 3> kShapes = {Shape{true, 2}, Shape{true, 1}, Shape{false, 2}};

struct TimeOfDay {
    std::int32_t hour = 0;
    std::int32_t minute = 0;
    std::int32_t second = 0;
    std::int32_t offset_minutes = 0;
};

// The fields as written, before any range is checked.
struct Parts {
    CalendarDate date{.year = 0, .month = 1, .day = 1};
    std::optional<TimeOfDay> time;
};

// "$" in Python also stands before a newline that ends the text.
bool at_end(const text::TextParser& parser) {
    return parser.at_end() || parser.rest() == "\n";
}

// "[:]dd" or "[:]d", or nothing taken.
std::optional<std::int32_t> after_colon(text::TextParser& parser, std::size_t count) {
    text::TextParser attempt = parser;
    attempt.take(":");
    const auto value = attempt.digits(count);
    if (value) parser = attempt;
    return value;
}

bool read_zone(text::TextParser& parser, TimeOfDay& time) {
    if (parser.take("Z")) return true;
    const bool west = parser.rest().starts_with('-');
    if (!parser.take("+-")) return true;
    const auto hours = parser.digits(2);
    if (!hours) return false;
    parser.take(":");
    const std::int32_t minutes = *hours * 60 + parser.digits(2).value_or(0);
    time.offset_minutes = west ? -minutes : minutes;
    return true;
}

// The rest of a time after its minute, up to the end of the text.
bool read_end(text::TextParser parser, TimeOfDay& time) {
    auto second = after_colon(parser, 2);
    if (!second) second = after_colon(parser, 1);
    time.second = second.value_or(0);
    if (second && parser.take(".,") && parser.digit_run().empty()) return false;
    return read_zone(parser, time) && at_end(parser);
}

std::optional<TimeOfDay> read_time(text::TextParser parser) {
    TimeOfDay time;
    if (!parser.take(" T")) return std::nullopt;
    const auto hour = parser.digits(2);
    if (!hour) return std::nullopt;
    time.hour = *hour;
    time.minute = after_colon(parser, 2).value_or(0);
    if (!read_end(parser, time)) return std::nullopt;
    return time;
}

std::optional<std::int32_t> read_shape(text::TextParser& parser, const Shape& shape) {
    text::TextParser attempt = parser;
    if (shape.dash && !attempt.take("-")) return std::nullopt;
    const auto value = attempt.digits(shape.digits);
    if (value) parser = attempt;
    return value;
}

// From the day to the end of the text.
bool read_day(const text::TextParser& parser, Parts& parts) {
    if (at_end(parser)) return true;
    for (const Shape& shape : kShapes) {
        text::TextParser attempt = parser;
        const auto day = read_shape(attempt, shape);
        if (!day) continue;
        parts.date.day = *day;
        if (at_end(attempt)) return true;
        parts.time = read_time(attempt);
        if (parts.time) return true;
    }
    return false;
}

std::optional<Parts> read_parts(std::string_view text) {
    text::TextParser parser(text);
    Parts parts;
    const auto year = parser.digits(4);
    if (!year) return std::nullopt;
    parts.date.year = *year;
    if (at_end(parser)) return parts;
    for (const Shape& shape : kShapes) {
        text::TextParser attempt = parser;
        const auto month = read_shape(attempt, shape);
        if (!month || (!shape.dash && at_end(attempt))) continue;
        parts.date.month = *month;
        if (read_day(attempt, parts)) return parts;
    }
    return std::nullopt;
}

std::chrono::year_month_day to_chrono(const CalendarDate& date) {
    return std::chrono::year(date.year) / date.month / date.day;
}

bool is_possible(const TimeOfDay& time) {
    constexpr std::int32_t kDayMinutes = 24 * 60;
    return time.hour < 24 && time.minute < 60 && time.second < 60 &&
           time.offset_minutes > -kDayMinutes && time.offset_minutes < kDayMinutes;
}

void append_digits(std::string& out, std::int32_t value, std::int32_t unit) {
    for (; unit > 0; unit /= 10) out += static_cast<char>('0' + value / unit % 10);
}

}  // namespace

base::Result<FlightDate> parse_flight_date(std::string_view text) {
    const auto parts = read_parts(text);
    if (!parts) return fail(Errc::invalid_argument, "not a date; " + std::string(kAccepted));
    if (parts->date.year == 0 || !to_chrono(parts->date).ok()) {
        return fail(Errc::invalid_argument, "no such day; " + std::string(kAccepted));
    }
    FlightDate result{.date = parts->date, .crs_dep_time = std::nullopt};
    if (!parts->time) return result;
    if (!is_possible(*parts->time)) {
        return fail(Errc::invalid_argument, "no such time of day; " + std::string(kAccepted));
    }
    result.crs_dep_time = parts->time->hour * 100 + parts->time->minute;
    return result;
}

std::string forwarded_form(std::string_view text, const CalendarDate& date) {
    if (starts_with_iso_date(text)) return std::string(text);
    std::string result;
    append_iso_date(result, date);
    return result;
}

bool starts_with_iso_date(std::string_view text) {
    text::TextParser parser(text);
    return parser.digits(4) && parser.take("-") && parser.digits(2) && parser.take("-") &&
           parser.digits(2);
}

std::int64_t days_since_epoch(const CalendarDate& date) {
    return std::chrono::sys_days(to_chrono(date)).time_since_epoch().count();
}

std::int32_t day_of_year(const CalendarDate& date) {
    const CalendarDate first{.year = date.year, .month = 1, .day = 1};
    return static_cast<std::int32_t>(days_since_epoch(date) - days_since_epoch(first)) + 1;
}

std::int32_t day_of_week(const CalendarDate& date) {
    const std::chrono::weekday weekday{std::chrono::sys_days(to_chrono(date))};
    return static_cast<std::int32_t>(weekday.iso_encoding()) - 1;
}

void append_iso_date(std::string& out, const CalendarDate& date) {
    append_digits(out, date.year, 1000);
    out += '-';
    append_digits(out, date.month, 10);
    out += '-';
    append_digits(out, date.day, 10);
}

}  // namespace flightcast::flight
