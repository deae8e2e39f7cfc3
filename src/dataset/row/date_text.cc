// SPDX-License-Identifier: Apache-2.0
//
// A date and a time are read apart: the text is cut at its first T or blank.
#include "dataset/row/date_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf8.h"
#include "dataset/row/cells.h"
#include "flight/calendar/date.h"

namespace flightcast::dataset {
namespace {

constexpr int kMinutesPerDay = 1'440;

// Reads from the front of a text; once something does not fit, nothing fits any more.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool done() const { return good_ && rest_.empty(); }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] std::string_view rest() const { return rest_; }

    // True, and past it, when one of `chars` comes next.
    bool skip(std::string_view chars) {
        if (rest_.empty() || chars.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void expect(std::string_view chars) { good_ = skip(chars) && good_; }

    // A number of `digits_min` to `digits_max` digits.
    int number(std::size_t digits_min, std::size_t digits_max) {
        std::size_t count = 0;
        int value = 0;
        while (count < digits_max && count < rest_.size() && is_digit(rest_[count])) {
            value = value * 10 + (rest_[count] - '0');
            ++count;
        }
        good_ = good_ && count >= digits_min;
        rest_.remove_prefix(count);
        return value;
    }

    void skip_digits() {
        while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
    }
    void skip_blanks() {
        while (skip(" ")) {
        }
    }
    void require(bool condition) { good_ = good_ && condition; }

  private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    std::string_view rest_;
    bool good_ = true;
};

// The order of the parts of a date, and their separators.
struct DateForm {
    std::string_view separator;
    std::string_view order;  // y, m and d
};

constexpr std::array kDateForms = {
    DateForm{"-", "ymd"}, DateForm{"/", "ymd"}, DateForm{"/", "mdy"}, DateForm{".", "dmy"}
};

std::optional<Day> to_day(int year, int month, int day) {
    const std::chrono::year_month_day date(
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}
    );
    if (year < 1 || !date.ok()) return std::nullopt;
    return Day(date);
}

std::optional<Day> parse_form(std::string_view text, const DateForm& form) {
    Scanner scanner(text);
    std::array<int, 3> parts{};  // year, month, day
    for (std::size_t i = 0; i < form.order.size(); ++i) {
        if (i > 0) scanner.expect(form.separator);
        const char part = form.order[i];
        const int number = part == 'y' ? scanner.number(4, 4) : scanner.number(1, 2);
        parts[part == 'y' ? 0 : part == 'm' ? 1 : 2] = number;
    }
    if (!scanner.done()) return std::nullopt;
    return to_day(parts[0], parts[1], parts[2]);
}

std::optional<Day> parse_number_day(std::string_view text) {
    const auto number = parse_whole(text);
    if (!number || *number < 0) return std::nullopt;
    constexpr std::int64_t kDayMs = 86'400'000;
    if (*number >= 100'000'000'000 && *number < 100'000 * kDayMs) {
        return Day(std::chrono::days(*number / kDayMs));
    }
    if (*number < 10'000'000 || *number > 99'991'231) return std::nullopt;
    const int date = static_cast<int>(*number);
    return to_day(date / 10'000, date / 100 % 100, date % 100);
}

std::optional<Day> parse_any_day(std::string_view text) {
    if (const auto day = parse_day(text)) return day;
    for (const DateForm& form : kDateForms) {
        if (const auto day = parse_form(text, form)) return day;
    }
    return parse_number_day(text);
}

struct Clock {
    int minute = 0;             // of the day as written
    std::optional<int> offset;  // minutes that it is before UTC
};

void read_half_of_day(Scanner& scanner, int& hour) {
    scanner.skip_blanks();
    const bool is_pm = scanner.rest().starts_with('P') || scanner.rest().starts_with('p');
    if (!is_pm && !scanner.rest().starts_with('A') && !scanner.rest().starts_with('a')) return;
    scanner.skip("AaPp");
    scanner.skip(".");
    scanner.expect("Mm");
    scanner.skip(".");
    scanner.require(hour >= 1 && hour <= 12);
    hour = hour % 12 + (is_pm ? 12 : 0);
}

void read_zone(Scanner& scanner, Clock& clock) {
    if (scanner.skip("Zz")) {
        clock.offset = 0;
        return;
    }
    const bool is_west = scanner.rest().starts_with('-');
    if (!scanner.skip("+-")) return;
    int minutes = scanner.number(2, 2) * 60;
    scanner.skip(":");
    if (!scanner.done()) minutes += scanner.number(2, 2);
    clock.offset = is_west ? minutes : -minutes;
}

// "6:30", "06:30:00.000", "6:30:00 AM", each perhaps with a zone.
std::optional<Clock> parse_clock(std::string_view text) {
    Scanner scanner(text);
    scanner.skip_blanks();
    int hour = scanner.number(1, 2);
    scanner.expect(":");
    const int minute = scanner.number(2, 2);
    if (scanner.skip(":")) {
        scanner.require(scanner.number(2, 2) <= 60);
        if (scanner.skip(".,")) scanner.skip_digits();
    }
    read_half_of_day(scanner, hour);
    Clock clock;
    read_zone(scanner, clock);
    scanner.require(minute <= 59 && (hour <= 23 || (hour == 24 && minute == 0)));
    if (!scanner.done()) return std::nullopt;
    clock.minute = (hour * 60 + minute) % kMinutesPerDay;
    return clock;
}

int minute_in_utc(const Clock& clock) {
    const int minute = clock.minute + clock.offset.value_or(0);
    return (minute % kMinutesPerDay + kMinutesPerDay) % kMinutesPerDay;
}

// The day on which `clock` is midnight in UTC.
Day day_in_utc(Day day, const Clock& clock) {
    const int minute = clock.minute + clock.offset.value_or(0);
    return day + std::chrono::floor<std::chrono::days>(std::chrono::minutes(minute));
}

DayTime settle(Day day, const Clock& clock) {
    if (clock.minute == 0) return {day, std::nullopt};
    if (clock.offset && minute_in_utc(clock) == 0) return {day_in_utc(day, clock), std::nullopt};
    return {day, static_cast<std::int16_t>(clock.minute)};
}

std::optional<DayTime> parse_as_gateway(std::string_view text) {
    if (!base::is_utf8(text)) return std::nullopt;
    const auto date = flight::parse_flight_date(text);
    if (!date) return std::nullopt;
    DayTime result{*to_day(date->date.year, date->date.month, date->date.day), std::nullopt};
    const std::int32_t hhmm = date->crs_dep_time.value_or(0);
    if (hhmm != 0) result.minute = static_cast<std::int16_t>(hhmm / 100 * 60 + hhmm % 100);
    return result;
}

}  // namespace

std::optional<DayTime> parse_day_time(std::string_view text) {
    if (const auto day = parse_day(text)) return DayTime{*day, std::nullopt};
    const std::size_t cut = std::min(text.find_first_of("T "), text.size());
    const auto day = parse_any_day(text.substr(0, cut));
    if (day && cut == text.size()) return DayTime{*day, std::nullopt};
    if (day) {
        if (const auto clock = parse_clock(text.substr(cut + 1))) return settle(*day, *clock);
    }
    return parse_as_gateway(text);
}

bool has_day_first(std::string_view text) {
    constexpr DateForm kDayFirst{"/", "dmy"};
    return parse_form(text.substr(0, text.find_first_of("T ")), kDayFirst).has_value() &&
           !parse_day_time(text);
}

std::optional<std::int16_t> parse_minute_of_day(std::string_view text) {
    if (const auto hhmm = parse_whole(text)) {
        if (*hhmm < 0 || *hhmm > 2'400 || *hhmm % 100 > 59) return std::nullopt;
        return static_cast<std::int16_t>((*hhmm / 100 * 60 + *hhmm % 100) % kMinutesPerDay);
    }
    auto clock = parse_clock(text);
    if (!clock) {
        const std::size_t cut = text.find_first_of("T ");
        if (cut == std::string_view::npos || !parse_any_day(text.substr(0, cut))) {
            return std::nullopt;
        }
        clock = parse_clock(text.substr(cut + 1));
    }
    if (!clock) return std::nullopt;
    return static_cast<std::int16_t>(minute_in_utc(*clock));
}

}  // namespace flightcast::dataset
