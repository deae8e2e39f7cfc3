// SPDX-License-Identifier: Apache-2.0
//
// Random flights in random clothes: whatever a file calls its columns and however it writes its
// values, its rows are the same flights to learn from and the same requests to answer. With the
// same table a training makes the same bytes, with the same request a model gives the same bits.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/temporary_folder.h"
#include "batch/flight_rows.h"
#include "dataset/flight_file.h"
#include "dataset/flight_loader.h"
#include "features/flight_facts.h"

namespace flightcast::batch {
namespace {

struct Flight {
    int day = 0;  // after 2014-12-25
    std::string carrier;
    std::string origin;
    std::string dest;
    std::optional<int> minute;
    std::optional<int> dep_quarters;  // of a minute
    std::optional<int> arr_delay;
    std::optional<int> distance;
    bool cancelled = false;
};

enum class Form { csv, json_lines, json_array };
enum class Spelling { bureau, lower, upper_with_marks, spaced };
enum class DateStyle { iso, compact, us_midnight, timestamp, pacific, parts };
enum class TimeStyle { hhmm, padded, with_zero, clock, half_day, timestamp };
enum class NumberStyle { plain, with_plus, with_zeros, padded };

struct Dress {
    Form form{};
    Spelling spelling{};
    DateStyle date{};
    TimeStyle time{};
    NumberStyle number{};
    char separator = ',';
    std::string missing;
    bool quoted = false;         // CSV cells, and numbers of JSON as text
    bool both_carriers = false;  // a marketing airline stands beside the one that flew
    std::size_t rotated_by = 0;  // columns
};

// Without it RapidCheck prints failing values as bytes.
// RapidCheck looks for this name.
// NOLINTNEXTLINE(readability-identifier-naming)
void showValue(const Flight& flight, std::ostream& out) {
    out << flight.day << ' ' << flight.carrier << ' ' << flight.origin << '-' << flight.dest << ' '
        << flight.minute.value_or(-1) << ' ' << flight.dep_quarters.value_or(-99'999) << ' '
        << flight.arr_delay.value_or(-99'999) << (flight.cancelled ? " cancelled" : "");
}
// NOLINTNEXTLINE(readability-identifier-naming)
void showValue(const Dress& dress, std::ostream& out) {
    out << "form " << static_cast<int>(dress.form) << " spelling "
        << static_cast<int>(dress.spelling) << " date " << static_cast<int>(dress.date) << " time "
        << static_cast<int>(dress.time) << " number " << static_cast<int>(dress.number) << " '"
        << dress.separator << "' missing '" << dress.missing << "' quoted " << dress.quoted
        << " both " << dress.both_carriers << " rotated " << dress.rotated_by;
}

template <typename Enum>
rc::Gen<Enum> any_of(int count) {
    return rc::gen::map(rc::gen::inRange(0, count), [](int n) { return static_cast<Enum>(n); });
}

rc::Gen<std::optional<int>> perhaps(int min, int max) {
    return rc::gen::oneOf(
        rc::gen::just(std::optional<int>()),
        rc::gen::map(rc::gen::inRange(min, max), [](int n) { return std::optional<int>(n); }),
        rc::gen::map(rc::gen::inRange(min, max), [](int n) { return std::optional<int>(n); })
    );
}

rc::Gen<std::string> any_name(std::vector<std::string> names) {
    return rc::gen::elementOf(std::move(names));
}

rc::Gen<Flight> any_flight() {
    return rc::gen::build<Flight>(
        rc::gen::set(&Flight::day, rc::gen::inRange(0, 20)),
        rc::gen::set(&Flight::carrier, any_name({"AA", "B6", "9E"})),
        rc::gen::set(&Flight::origin, any_name({"ATL", "JFK", "NAN"})),
        rc::gen::set(&Flight::dest, any_name({"SFO", "SEA"})),
        rc::gen::set(&Flight::minute, perhaps(0, 1'440)),
        rc::gen::set(&Flight::dep_quarters, perhaps(-240, 2'000)),
        rc::gen::set(&Flight::arr_delay, perhaps(-60, 500)),
        rc::gen::set(&Flight::distance, perhaps(1, 5'000)),
        rc::gen::set(&Flight::cancelled, rc::gen::weightedElement<bool>({{9, false}, {1, true}}))
    );
}

rc::Gen<Dress> any_dress() {
    return rc::gen::build<Dress>(
        rc::gen::set(&Dress::form, any_of<Form>(3)),
        rc::gen::set(&Dress::spelling, any_of<Spelling>(4)),
        rc::gen::set(&Dress::date, any_of<DateStyle>(6)),
        rc::gen::set(&Dress::time, any_of<TimeStyle>(6)),
        rc::gen::set(&Dress::number, any_of<NumberStyle>(4)),
        rc::gen::set(&Dress::separator, rc::gen::element(',', ';', '\t', '|')),
        rc::gen::set(
            &Dress::missing, any_name({"", "NA", "NaN", "nan", "None", "\\N", "null", " "})
        ),
        rc::gen::set(&Dress::quoted, rc::gen::arbitrary<bool>()),
        rc::gen::set(&Dress::both_carriers, rc::gen::arbitrary<bool>()),
        rc::gen::set(&Dress::rotated_by, rc::gen::inRange<std::size_t>(0, 12))
    );
}

dataset::Day day_of(const Flight& flight) {
    return *dataset::parse_day("2014-12-25") + std::chrono::days(flight.day);
}

std::string two_digits(int number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string date_text(const Flight& flight, DateStyle style) {
    const std::chrono::year_month_day date(day_of(flight));
    std::string iso = dataset::to_string(day_of(flight));
    const int month = static_cast<int>(static_cast<unsigned>(date.month()));
    const int day = static_cast<int>(static_cast<unsigned>(date.day()));
    switch (style) {
        case DateStyle::compact:
            return std::to_string(static_cast<int>(date.year())) + two_digits(month) +
                   two_digits(day);
        case DateStyle::us_midnight:
            return std::to_string(month) + "/" + std::to_string(day) + "/" +
                   std::to_string(static_cast<int>(date.year())) + " 12:00:00 AM";
        case DateStyle::timestamp:
            return iso + "T00:00:00.000Z";
        case DateStyle::pacific:
            return dataset::to_string(day_of(flight) - std::chrono::days(1)) +
                   "T16:00:00.000-08:00";
        case DateStyle::iso:
        case DateStyle::parts:
            return iso;
    }
    return iso;
}

std::string time_text(const Flight& flight, TimeStyle style) {
    const int minute = *flight.minute;
    const int hhmm = minute / 60 * 100 + minute % 60;
    std::string clock = two_digits(minute / 60) + ":" + two_digits(minute % 60);
    switch (style) {
        case TimeStyle::hhmm:
            return std::to_string(hhmm);
        case TimeStyle::padded:
            return two_digits(minute / 60) + two_digits(minute % 60);
        case TimeStyle::with_zero:
            return std::to_string(hhmm) + ".0";
        case TimeStyle::clock:
            return clock + ":00";
        case TimeStyle::half_day: {
            const int hour = minute / 60 % 12;
            return std::to_string(hour == 0 ? 12 : hour) + ":" + two_digits(minute % 60) +
                   (minute < 720 ? " AM" : " pm");
        }
        case TimeStyle::timestamp:
            return dataset::to_string(day_of(flight)) + "T" + clock + ":00.000Z";
    }
    return clock;
}

std::string number_text(double number, NumberStyle style) {
    std::array<char, 32> buffer{};
    const bool is_whole = std::trunc(number) == number;
    std::snprintf(buffer.data(), buffer.size(), is_whole ? "%.0f" : "%.2f", number);
    std::string text = buffer.data();
    switch (style) {
        case NumberStyle::plain:
            return text;
        case NumberStyle::with_plus:
            return number > 0 ? "+" + text : text;
        case NumberStyle::with_zeros:
            return is_whole ? text + ".00" : text + "000";
        case NumberStyle::padded:
            return "  " + text + " ";
    }
    return text;
}

struct Cell {
    std::string name;  // as the Bureau writes it
    std::optional<std::string> text;
    bool is_number = false;
};

std::vector<Cell> cells_of(const Flight& flight, const Dress& dress) {
    std::vector<Cell> cells;
    const auto add = [&](std::string name, const std::optional<std::string>& text) {
        cells.push_back({std::move(name), text});
    };
    const auto add_number = [&](std::string name, std::optional<double> number) {
        std::optional<std::string> text;
        if (number) text = number_text(*number, dress.number);
        cells.push_back({std::move(name), text, true});
    };
    if (dress.date == DateStyle::parts) {
        std::string iso = date_text(flight, DateStyle::iso);
        add("Year", iso.substr(0, 4));
        add("Month", iso.substr(5, 2));
        add("DayofMonth", iso.substr(8, 2));
    } else {
        add("FlightDate", date_text(flight, dress.date));
    }
    if (dress.both_carriers) {
        add("Marketing_Airline_Network", "ZZ");
        add("Operating_Airline", flight.carrier);
    } else {
        add("Reporting_Airline", flight.carrier);
    }
    add("Origin", flight.origin);
    add("Dest", flight.dest);
    std::optional<std::string> time;
    if (flight.minute) time = time_text(flight, dress.time);
    add("CRSDepTime", time);
    std::optional<double> dep_delay;
    if (flight.dep_quarters) dep_delay = *flight.dep_quarters / 4.0;
    add_number("DepDelay", dep_delay);
    add_number("ArrDelay", flight.arr_delay);
    add_number("Distance", flight.distance);
    add("Cancelled", flight.cancelled ? "True" : "0.00");
    add("Other", "x");
    std::ranges::rotate(
        cells, cells.begin() + static_cast<std::ptrdiff_t>(dress.rotated_by % cells.size())
    );
    return cells;
}

std::string spelt(const std::string& name, Spelling spelling) {
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool is_upper = c >= 'A' && c <= 'Z';
        const bool begins = is_upper && i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
        if (spelling == Spelling::bureau) {
            text += c;
        } else if (spelling == Spelling::upper_with_marks) {
            if (begins) text += '_';
            text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        } else {
            if (begins && spelling == Spelling::spaced) text += ' ';
            text += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return text;
}

std::string csv_text(const std::vector<Flight>& flights, const Dress& dress) {
    const std::string quote = dress.quoted ? "\"" : "";
    std::string text;
    const auto add_row = [&](const std::vector<Cell>& cells, auto&& of) {
        std::string row;
        for (const Cell& cell : cells) {
            if (&cell != &cells.front()) row += dress.separator;
            row += quote + of(cell) + quote;
        }
        text += row + "\r\n";
    };
    add_row(cells_of(flights[0], dress), [&](const Cell& cell) {
        return spelt(cell.name, dress.spelling);
    });
    for (const Flight& flight : flights) {
        add_row(cells_of(flight, dress), [&](const Cell& cell) {
            return cell.text.value_or(dress.missing);
        });
    }
    return text;
}

std::string json_text(const std::vector<Flight>& flights, const Dress& dress) {
    std::string text = dress.form == Form::json_array ? "[\n" : "";
    for (const Flight& flight : flights) {
        std::string object;
        for (const Cell& cell : cells_of(flight, dress)) {
            std::string value = "null";
            // JSON has no number with a plus sign or blanks beside it.
            const bool as_text =
                !cell.is_number || dress.quoted || dress.number == NumberStyle::with_plus;
            if (cell.text) value = as_text ? "\"" + *cell.text + "\"" : *cell.text;
            if (!cell.text && dress.missing == "NaN") value = "NaN";
            if (!cell.text && dress.missing.empty()) continue;  // as Spark leaves nulls out
            object += (object.empty() ? "" : ", ") +
                      ("\"" + spelt(cell.name, dress.spelling) + "\": ") + value;
        }
        const bool is_last = &flight == &flights.back();
        text += "{" + object + "}" + (dress.form == Form::json_array && !is_last ? "," : "") + "\n";
    }
    return text + (dress.form == Form::json_array ? "]" : "");
}

std::string file_text(const std::vector<Flight>& flights, const Dress& dress) {
    return dress.form == Form::csv ? csv_text(flights, dress) : json_text(flights, dress);
}

// The rows of a table, as bits and names: two equal ones are learned from alike.
std::vector<std::string> table_rows(const dataset::FlightTable& table) {
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < table.size(); ++i) {
        std::string row =
            dataset::to_string(table.day[i]) + " " + std::to_string(table.carrier[i]) +
            std::string(table.carriers.text(table.carrier[i])) + " " +
            std::to_string(table.origin[i]) + std::string(table.airports.text(table.origin[i])) +
            " " + std::to_string(table.dest[i]) + std::string(table.airports.text(table.dest[i])) +
            " " + std::to_string(table.scheduled_minute[i]);
        for (const float number : {table.dep_delay[i], table.arr_delay[i], table.distance[i]}) {
            row += " " + std::to_string(std::bit_cast<std::uint32_t>(number));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

struct Read {
    std::vector<std::string> table;
    std::string counts;
    std::vector<flight::Request> requests;
};

class FlightDress : public ::testing::Test {
  protected:
    Read read(const std::string& text) {
        const std::array files = {folder_.write("flights", text)};
        Read read;
        const auto loaded = dataset::load_flights(files, {.bad_rows_max = 0});
        if (loaded) {
            const dataset::FileReport& report = loaded->reports[0];
            read.table = table_rows(loaded->table);
            read.counts = std::to_string(report.cancelled) + " " +
                          std::to_string(report.without_delays) + " " + std::to_string(report.kept);
        } else {
            read.counts = loaded.error().detail;
        }
        auto file = dataset::FlightFile::open(files[0], {.needed = kNeeded});
        RC_ASSERT(file.has_value());
        RowReader reader(routes_);
        while (true) {
            const auto row = file->next();
            RC_ASSERT(row.has_value());
            if (!*row) return read;
            const auto request = reader.read(file->layout(), (*row)->text);
            RC_ASSERT(request.has_value());
            read.requests.push_back(*request);
        }
    }

    const base::TemporaryFolder folder_;
    const base::Result<flight::RouteTable> parsed_ =
        flight::RouteTable::parse(R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})");
    const flight::RouteTable& routes_ = parsed_.value();
};

auto tied(const features::FlightFacts& facts) {
    return std::tuple(
        std::bit_cast<std::uint32_t>(facts.dep_delay),
        facts.scheduled_minute,
        facts.day_of_week,
        facts.month,
        facts.day_of_month,
        std::string(facts.carrier),
        std::string(facts.origin),
        std::string(facts.dest)
    );
}

TEST_F(FlightDress, DoesNotChangeTheFlights) {
    // Goal: in any clothes the same flights are learned from, and the same requests are answered.
    const bool held = rc::check("flights in any clothes are the same flights", [this] {
        auto flights = *rc::gen::nonEmpty(rc::gen::container<std::vector<Flight>>(any_flight()));
        flights.push_back(
            {.carrier = "AA", .origin = "ATL", .dest = "SFO", .dep_quarters = 4, .arr_delay = 1}
        );
        const auto dress = *any_dress();
        const Read plain = read(file_text(flights, {}));
        const Read dressed = read(file_text(flights, dress));
        RC_ASSERT(dressed.counts == plain.counts);
        RC_ASSERT(dressed.table == plain.table);
        RC_ASSERT(dressed.requests == plain.requests);
        RC_ASSERT(plain.requests.size() == flights.size());
    });
    EXPECT_TRUE(held);
}

TEST_F(FlightDress, LearningAndAnsweringKnowTheSame) {
    // Goal: of a flight that is learned from, training and answering see the same facts.
    const bool held = rc::check("a table's row and a request have the same facts", [this] {
        Flight flight = *any_flight();
        flight.cancelled = false;
        flight.dep_quarters = *rc::gen::inRange(-240, 2'000);
        flight.arr_delay = 5;
        flight.distance = 100;
        const std::string text = file_text({flight}, *any_dress());
        const std::array files = {folder_.write("one", text)};
        const auto loaded = dataset::load_flights(files, {.bad_rows_max = 0});
        RC_ASSERT(loaded.has_value());
        const Read answered = read(text);
        RC_ASSERT(
            tied(features::facts_of(loaded->table, 0)) ==
            tied(features::facts_of(answered.requests.at(0)))
        );
    });
    EXPECT_TRUE(held);
}

}  // namespace
}  // namespace flightcast::batch
