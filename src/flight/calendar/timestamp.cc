// SPDX-License-Identifier: Apache-2.0
#include "flight/calendar/timestamp.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <limits>

#include "flight/calendar/date.h"
#include "text/text_parser.h"

namespace flightcast::flight {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A time of day and a day number taken apart; the day may lie outside the years that have 4 digits.
struct Civil {
    std::int64_t year;
    std::int32_t month;
    std::int32_t day;
    std::int32_t second;       // of the day
    std::int32_t microsecond;  // of the second
};

// Days to year, month and day by counting years from March, in cycles of 400 years (Howard Hinnant,
// "chrono-Compatible Low-Level Date Algorithms"); std::chrono's years end at 32767.
Civil civil_of(LocalTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const auto in_day = (time - day).count();
    const std::int64_t shifted = day.time_since_epoch().count() + 719'468;
    const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month = (5 * day_of_year + 2) / 153;
    return {
        .year = year_of_era + era * 400 + (month >= 10 ? 1 : 0),
        .month = static_cast<std::int32_t>(month < 10 ? month + 3 : month - 9),
        .day = static_cast<std::int32_t>(day_of_year - (153 * month + 2) / 5 + 1),
        .second = static_cast<std::int32_t>(in_day / 1'000'000),
        .microsecond = static_cast<std::int32_t>(in_day % 1'000'000),
    };
}

void append_digits(std::string& out, std::int64_t value, std::int64_t unit) {
    for (; unit > 0; unit /= 10) out += static_cast<char>('0' + value / unit % 10);
}

void append_year(std::string& out, std::int64_t year) {
    if (year < 0) out += '-';
    const std::int64_t magnitude = std::abs(year);
    if (magnitude < 10'000) {
        append_digits(out, magnitude, 1'000);
    } else {
        if (year > 0) out += '+';
        out += std::to_string(magnitude);
    }
}

// "2025-12-30T15:07:40"
void append_to_second(std::string& out, const Civil& civil) {
    append_year(out, civil.year);
    out += '-';
    append_digits(out, civil.month, 10);
    out += '-';
    append_digits(out, civil.day, 10);
    out += 'T';
    append_digits(out, civil.second / 3'600, 10);
    out += ':';
    append_digits(out, civil.second / 60 % 60, 10);
    out += ':';
    append_digits(out, civil.second % 60, 10);
}

// "Z", "+01:00"; seconds of an offset are cut off.
void append_offset(std::string& out, seconds offset) {
    if (offset == seconds(0)) {
        out += 'Z';
        return;
    }
    const auto whole = std::abs(std::chrono::duration_cast<minutes>(offset).count());
    out += offset < seconds(0) ? '-' : '+';
    append_digits(out, whole / 60, 10);
    out += ':';
    append_digits(out, whole % 60, 10);
}

// One or two digits.
std::optional<std::int32_t> short_number(text::TextParser& parser) {
    if (const auto two = parser.digits(2)) return two;
    return parser.digits(1);
}

std::string_view without_padding(std::string_view text) {
    const auto is_space = [](char c) { return c >= '\0' && c <= ' '; };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

// "2025", "2025-12", "2025-12-30"
std::optional<CalendarDate> read_date(text::TextParser& parser) {
    const auto year = parser.digits(4);
    if (!year || *year == 0) return std::nullopt;
    CalendarDate date{.year = *year, .month = 1, .day = 1};
    for (std::int32_t* field : {&date.month, &date.day}) {
        if (!parser.take("-")) break;
        const auto value = short_number(parser);
        if (!value) return std::nullopt;
        *field = *value;
    }
    if (!(std::chrono::year(date.year) / date.month / date.day).ok()) return std::nullopt;
    return date;
}

// The microseconds that the digits after the point stand for; those after the sixth do not count.
microseconds fraction_of(std::string_view digits) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < 6; ++i)
        value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
    return microseconds(value);
}

// "15", "15:07", "15:07:40", "15:07:40.123456"
std::optional<microseconds> read_time(text::TextParser& parser) {
    std::array<std::int32_t, 3> fields{};  // hour, minute, second
    constexpr std::array<std::int32_t, 3> kMax = {23, 59, 59};
    std::size_t count = 0;
    do {
        const auto value = short_number(parser);
        if (!value || *value > kMax[count]) return std::nullopt;
        fields[count++] = *value;
    } while (count < fields.size() && parser.take(":"));
    microseconds time = seconds(fields[0] * 3'600 + fields[1] * 60 + fields[2]);
    if (count == fields.size() && parser.take(".")) time += fraction_of(parser.digit_run());
    return time;
}

// "+1", "+01", "+0100", "+01:00"; no more than 18 hours, as in Java.
std::optional<seconds> read_offset(text::TextParser& parser) {
    const bool west = parser.rest().starts_with('-');
    if (!parser.take("+-")) return std::nullopt;
    const auto hours = short_number(parser);
    if (!hours) return std::nullopt;
    const bool colon = parser.take(":");
    const auto rest = parser.digits(2);
    if (colon && !rest) return std::nullopt;
    if (rest.value_or(0) > 59 || *hours * 60 + rest.value_or(0) > 18 * 60) return std::nullopt;
    const seconds offset(*hours * 3'600 + rest.value_or(0) * 60);
    return west ? -offset : offset;
}

// The offset at the end of a timestamp: one that is empty means none. An outer nothing: not
// readable.
std::optional<std::optional<seconds>> read_zone(text::TextParser& parser) {
    if (parser.at_end()) return std::optional<seconds>();
    const std::string_view name = without_padding(parser.rest());
    if (name == "Z" || name == "UTC" || name == "GMT") return std::optional(seconds(0));
    text::TextParser rest(
        name.starts_with("UTC") || name.starts_with("GMT") ? name.substr(3) : name
    );
    const auto offset = read_offset(rest);
    if (!offset || !rest.at_end()) return std::nullopt;
    return std::optional<seconds>(offset);
}

}  // namespace

void append_isoformat(std::string& out, LocalTime time) {
    const Civil civil = civil_of(time);
    append_to_second(out, civil);
    if (civil.microsecond == 0) return;
    out += '.';
    append_digits(out, civil.microsecond, 100'000);
}

void append_zoned(std::string& out, LocalTime time, const TimeZone& zone) {
    // A time that the clocks left out is shown as they showed it.
    const TimeZone::Moment moment = zone.to_local(zone.to_wall(time));
    const Civil civil = civil_of(moment.local);
    append_to_second(out, civil);
    out += '.';
    append_digits(out, civil.microsecond / 1'000, 100);
    append_offset(out, moment.offset);
}

void append_utc(std::string& out, base::WallTime time) {
    const Civil civil = civil_of(LocalTime(time.time_since_epoch()));
    append_to_second(out, civil);
    out += '.';
    append_digits(out, civil.microsecond, 100'000);
    out += 'Z';
}

std::optional<base::WallTime> read_utc(std::string_view text) {
    constexpr std::string_view kForm = "0000-00-00T00:00:00.000000Z";
    if (text.size() != kForm.size()) return std::nullopt;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (kForm[i] == '0' ? !is_digit : text[i] != kForm[i]) return std::nullopt;
    }
    const auto number = [text](std::size_t begin, std::size_t digits) {
        std::int32_t value = 0;
        for (std::size_t i = begin; i < begin + digits; ++i) value = 10 * value + (text[i] - '0');
        return value;
    };
    const std::chrono::year_month_day date{
        std::chrono::year(number(0, 4)),
        std::chrono::month(static_cast<unsigned>(number(5, 2))),
        std::chrono::day(static_cast<unsigned>(number(8, 2)))
    };
    const std::int32_t hour = number(11, 2);
    const std::int32_t minute = number(14, 2);
    const std::int32_t second = number(17, 2);
    if (number(0, 4) == 0 || !date.ok() || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    return base::WallTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
           minutes(minute) + seconds(second) + microseconds(number(20, 6));
}

std::optional<LocalTime> parse_timestamp(std::string_view text, const TimeZone& zone) {
    text::TextParser parser(without_padding(text));
    const auto date = read_date(parser);
    if (!date) return std::nullopt;
    LocalTime local{std::chrono::days(days_since_epoch(*date))};
    if (parser.at_end()) return local;
    if (!parser.take("T ")) return std::nullopt;
    const auto time = read_time(parser);
    if (!time) return std::nullopt;
    local += *time;
    const auto offset = read_zone(parser);
    if (!offset) return std::nullopt;
    if (!*offset) return local;
    return zone.to_local(base::WallTime(local.time_since_epoch() - **offset)).local;
}

std::optional<LocalTime> timestamp_of_seconds(std::int64_t number, const TimeZone& zone) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max() / 1'000'000 - 86'400;
    if (number > kMax || number < -kMax) return std::nullopt;
    return zone.to_local(base::WallTime(seconds(number))).local;
}

base::Result<base::WallTime> parse_event_time(std::string_view text) {
    using base::Errc;
    constexpr std::size_t kDateSize = 11;  // "2008-04-01T"
    const std::string_view clock = text.substr(std::min(kDateSize, text.size()));
    const bool has_offset =
        clock.ends_with('Z') || clock.find_first_of("+-") != std::string_view::npos;
    const auto time = has_offset ? parse_timestamp(text, TimeZone()) : std::nullopt;
    if (!time) {
        return base::fail(
            Errc::invalid_argument, "not a point in time; write it like 2008-04-01T14:35:00Z"
        );
    }
    constexpr CalendarDate kFirst{.year = 1980, .month = 1, .day = 1};
    constexpr CalendarDate kEnd{.year = 2101, .month = 1, .day = 1};
    const std::int64_t day =
        std::chrono::floor<std::chrono::days>(time->time_since_epoch()).count();
    if (day < days_since_epoch(kFirst) || day >= days_since_epoch(kEnd)) {
        return base::fail(Errc::invalid_argument, "not in the years 1980 to 2100");
    }
    return base::WallTime(time->time_since_epoch());
}

}  // namespace flightcast::flight
