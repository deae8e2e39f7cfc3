// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "dataset/flight_table.h"

namespace flightcast::dataset {

struct CsvOptions {
    std::size_t bad_rows_max = base::limits::kBadRowsMax;   // of each file; one more is an error
    std::size_t rows_max = base::limits::kTrainingRowsMax;  // of all files
};

// What became of the rows of one file.
struct CsvReport {
    std::string file;
    std::size_t kept = 0;
    std::size_t cancelled = 0;
    std::size_t diverted = 0;
    std::size_t without_delays = 0;          // neither cancelled nor diverted
    std::map<std::string, std::size_t> bad;  // by cause, "bad DepDelay"
    std::string first_bad;                   // "file:line: cause"; empty when none is bad

    [[nodiscard]] std::size_t bad_rows() const;
};

struct LoadedFlights {
    FlightTable table;
    std::vector<CsvReport> reports;  // of each file, in the order in which they were given
};

// Reads flights from CSV files as the US Bureau of Transportation Statistics publishes them, plain
// or gzip: a header line, quoted or plain fields, any further columns. Flights that were cancelled,
// diverted or have no delays are counted and left out; so are bad rows, up to a limit.
//
// Fails with not_found, io or corrupt for a file that cannot be read, invalid_argument for a
// missing column (names it), for too many bad rows (names file, line and cause) and for a file
// without a single usable flight, full for too many rows.
[[nodiscard]] base::Result<LoadedFlights> load_flights(
    std::span<const std::filesystem::path> files, const CsvOptions& options
);

}  // namespace flightcast::dataset
