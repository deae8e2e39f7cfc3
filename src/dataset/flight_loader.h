// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "dataset/flight_table.h"
#include "dataset/row/column_names.h"

namespace flightcast::dataset {

// How far a load is: flights kept so far, and the part of all files that was read, 0 .. 1.
struct LoadProgress {
    std::size_t flights = 0;
    double share = 0;
};

struct LoadOptions {
    ColumnNames columns;                                    // where names are not known ones
    std::size_t bad_rows_max = base::limits::kBadRowsMax;   // of each file; one more is an error
    std::size_t rows_max = base::limits::kTrainingRowsMax;  // of all files
    std::function<void(const LoadProgress&)> on_progress;   // called now and then, if there is one
    std::stop_token stop;                                   // asks to give up
};

// The use of the rows of one file.
struct FileReport {
    std::string file;
    std::size_t kept = 0;
    std::size_t cancelled = 0;
    std::size_t diverted = 0;
    std::size_t without_delays = 0;          // neither cancelled nor diverted
    std::size_t airport_numbers = 0;         // airports named by number ("14747"), not by code
    std::size_t left_out_unplaced = 0;       // without time or time zone, where these are needed
    std::map<std::string, std::size_t> bad;  // by cause, "bad DepDelay"
    std::string first_bad;                   // "file:line: cause: cell"; empty when none is bad
    std::string reading;                     // how it was read, see FlightLayout::description
    std::vector<std::string> notes;          // choices in reading it, see FlightLayout::notes

    [[nodiscard]] std::size_t bad_rows() const;
};

struct LoadedFlights {
    FlightTable table;
    std::vector<FileReport> reports;  // of each file, in the order in which they were given
};

// Reads flights from files (see FlightFile) as read_row does. Flights that were cancelled, diverted
// or have no delays are counted and left out, and so are those whose airports are numbers where
// other rows have codes, and bad rows, up to a limit. All files are looked at before the first is
// read.
//
// Fails with not_found, io or corrupt for a file that cannot be read or ends in the middle of a
// line, invalid_argument for a missing column (names it and those that are there), for too many bad
// rows (names file, line, cause and cell) and for a file without a single usable flight, full for
// too many rows, closed when it was asked to give up.
[[nodiscard]] base::Result<LoadedFlights> load_flights(
    std::span<const std::filesystem::path> files, const LoadOptions& options
);

}  // namespace flightcast::dataset
