// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "dataset/row/day.h"
#include "dataset/row/row_parser.h"

namespace flightcast::dataset {

// One row of a file: the one reading for learning, judging and predicting. Values
// that are absent or marked as missing are so here; the texts are borrowed from the row.
struct FlightRow {
    static constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

    std::optional<Day> day;
    std::optional<std::int16_t> scheduled_minute;  // of the day, 0 .. 1439
    std::string_view carrier;                      // empty when missing, as the texts below
    std::string_view flight_num;
    std::string_view origin;
    std::string_view dest;
    double dep_delay = kMissing;  // minutes, negative is early; finite or missing
    double arr_delay = kMissing;
    double distance = kMissing;  // miles
    bool cancelled = false;
    bool diverted = false;
};

// Why a row is left out.
struct RowFault {
    std::string cause;   // by which such rows are counted: "bad DepDelay", "too few fields"
    std::string detail;  // the cell and the wanted form: "'soon' is not a number, such as ..."
    bool spoils_file = false;  // it shows that other rows were misread: nothing of the file is good

    // "bad DepDelay: 'soon' is not a number, such as -5 or 12.0"
    [[nodiscard]] std::string text() const;
};

// The fault of a value of `field`, with the text that was found.
[[nodiscard]] RowFault fault_of(FlightField field, std::string_view text);

// The fault of a number of `field` that cannot be, as in "'14401' is beyond 14400 minutes".
[[nodiscard]] RowFault beyond(FlightField field, std::string_view text, std::string_view limit);

// How a file with too many bad rows is refused: the last one with its place and fault ("f.csv:4:
// bad DepDelay: ..."), which bad row it is, and the option that helps.
[[nodiscard]] std::string too_many_bad_rows(
    const std::string& last, std::size_t number, std::size_t allowed
);

// Reads every field of `flight`, or names the first that cannot be read: no field is dropped in
// silence. A time of day in FlightDate is the scheduled departure when there is none.
[[nodiscard]] std::expected<FlightRow, RowFault> read_row(const RawFlight& flight);

}  // namespace flightcast::dataset
