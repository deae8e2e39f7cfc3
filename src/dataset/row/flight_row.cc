// SPDX-License-Identifier: Apache-2.0
#include "dataset/row/flight_row.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "dataset/row/cells.h"
#include "dataset/row/date_text.h"

namespace flightcast::dataset {
namespace {

// A text of a file, short enough for a message and without characters that a terminal would obey.
std::string in_quotes(std::string_view text) {
    constexpr std::size_t kBytesMax = 40;
    std::string result = "'";
    for (const char c : text.substr(0, kBytesMax)) {
        result += static_cast<unsigned char>(c) < ' ' ? '?' : c;
    }
    result += text.size() > kBytesMax ? "...'" : "'";
    return base::replace_bad_utf8(result);
}

// Reads the fields of one row; the first that cannot be read is kept.
class Reader {
  public:
    explicit Reader(const RawFlight& flight) : flight_(flight) {}

    void read_text(FlightField field, std::string_view& value) {
        const std::string_view text = flight_.get(field);
        if (text.size() > base::limits::kFieldBytesMax || !base::is_utf8(text)) refuse(field);
        value = text;
    }

    void read_number(FlightField field, double& value) {
        const std::string_view text = flight_.get(field);
        if (text.empty()) return;
        const auto number = parse_number(text, flight_.decimal_mark);
        number ? static_cast<void>(value = *number) : refuse(field);
    }

    void read_flag(FlightField field, bool& value) {
        const std::string_view text = flight_.get(field);
        if (text.empty()) return;
        const auto flag = parse_flag(text);
        flag ? static_cast<void>(value = *flag) : refuse(field);
    }

    void read_day(FlightRow& row) {
        const std::string_view text = flight_.get(FlightField::flight_date);
        if (text.empty()) {
            read_parts(row);
            return;
        }
        const auto day = parse_day_time(text);
        if (!day) {
            refuse(FlightField::flight_date);
            if (has_day_first(text)) note_day_first(text);
            return;
        }
        row.day = day->day;
        row.scheduled_minute = day->minute;
    }

    void read_scheduled_minute(FlightRow& row) {
        const std::string_view text = flight_.get(FlightField::crs_dep_time);
        if (text.empty()) return;
        const auto minute = parse_minute_of_day(text);
        minute ? static_cast<void>(row.scheduled_minute = minute)
               : refuse(FlightField::crs_dep_time);
    }

    [[nodiscard]] const std::optional<RowFault>& fault() const { return fault_; }

  private:
    // A day in three columns; missing when one of them is.
    void read_parts(FlightRow& row) {
        constexpr FlightField kParts[] = {
            FlightField::year, FlightField::month, FlightField::day_of_month
        };
        std::int64_t parts[3] = {};
        for (std::size_t i = 0; i < 3; ++i) {
            const std::string_view text = flight_.get(kParts[i]);
            if (text.empty()) return;
            const auto number = parse_whole(text);
            constexpr std::int64_t kLargest = 9'999;
            if (!number || *number < 1 || *number > kLargest) return refuse(kParts[i]);
            parts[i] = *number;
        }
        const std::chrono::year_month_day date(
            std::chrono::year{static_cast<int>(parts[0])},
            std::chrono::month{static_cast<unsigned>(parts[1])},
            std::chrono::day{static_cast<unsigned>(parts[2])}
        );
        if (!date.ok()) return refuse(FlightField::day_of_month);
        row.day = Day(date);
    }

    // With slashes the month is first; where that cannot be, earlier rows may have been misread.
    void note_day_first(std::string_view text) {
        fault_->spoils_file = true;
        fault_->detail = in_quotes(text) +
                         " has the day first, and rows before it were read with the month first; "
                         "write days as 2015-04-01 or 1.4.2015";
    }

    void refuse(FlightField field) {
        if (!fault_) fault_ = fault_of(field, flight_.get(field));
    }

    const RawFlight& flight_;
    std::optional<RowFault> fault_;
};

}  // namespace

std::string RowFault::text() const {
    return detail.empty() ? cause : cause + ": " + detail;
}

RowFault fault_of(FlightField field, std::string_view text) {
    const std::string what = text.empty() ? "it is missing" : in_quotes(text) + " is not";
    const std::string form(form_of(field));
    return {
        .cause = "bad " + std::string(name_of(field)),
        .detail = text.empty() ? what + "; wanted is " + form : what + " " + form,
    };
}

RowFault beyond(FlightField field, std::string_view text, std::string_view limit) {
    return {
        .cause = "bad " + std::string(name_of(field)),
        .detail = in_quotes(text) + " is beyond " + std::string(limit),
    };
}

std::string too_many_bad_rows(const std::string& last, std::size_t number, std::size_t allowed) {
    return last + "; that is bad row " + std::to_string(number) + ", more than the " +
           std::to_string(allowed) + " that --bad-rows-max lets pass";
}

std::expected<FlightRow, RowFault> read_row(const RawFlight& flight) {
    if (!flight.problem.empty()) {
        return std::unexpected(RowFault{std::string(flight.problem), flight.detail});
    }
    FlightRow row;
    Reader reader(flight);
    reader.read_day(row);
    reader.read_text(FlightField::carrier, row.carrier);
    reader.read_text(FlightField::flight_num, row.flight_num);
    reader.read_text(FlightField::origin, row.origin);
    reader.read_text(FlightField::dest, row.dest);
    reader.read_scheduled_minute(row);
    reader.read_number(FlightField::dep_delay, row.dep_delay);
    reader.read_number(FlightField::arr_delay, row.arr_delay);
    reader.read_number(FlightField::distance, row.distance);
    reader.read_flag(FlightField::cancelled, row.cancelled);
    reader.read_flag(FlightField::diverted, row.diverted);
    if (reader.fault()) return std::unexpected(*reader.fault());
    return row;
}

}  // namespace flightcast::dataset
