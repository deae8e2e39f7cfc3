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
#include "dataset/flight_loader.h"
#include "dataset/row/column_names.h"
#include "flight/airports/airport_table.h"
#include "replay/flight_list.h"

namespace flightcast::replay {

struct ListOptions {
    dataset::ColumnNames columns;                              // where names are not known ones
    std::size_t bad_rows_max = base::limits::kBadRowsMax;      // of each file; one more is an error
    std::size_t flights_max = base::limits::kTrainingRowsMax;  // of all files
    std::function<void(std::size_t flights, double share)>
        on_progress{};       // read so far; now and then
    std::stop_token stop{};  // asks to give up
};

// The use of the rows of all files.
struct ListReport {
    std::size_t landed = 0;
    std::size_t diverted = 0;
    std::size_t cancelled = 0;
    std::size_t estimated = 0;  // of the flights above, landings that follow from the distance

    // Left out:
    std::size_t without_delays = 0;               // neither cancelled nor diverted
    std::size_t without_departure_time = 0;       // scheduled
    std::size_t airport_numbers = 0;              // airports named by number ("14747"), not by code
    std::map<std::string, std::size_t> unplaced;  // by airport whose time zone is unknown
    std::size_t repeated = 0;                     // the same flight at the same moment
    std::size_t bad_rows = 0;
    std::string first_bad;  // "file:line: cause: cell"; empty when none is bad

    std::vector<std::string> readings;  // how each file was read, and choices in it

    // The same for each file, as for learning.
    std::vector<dataset::FileReport> files;
};

struct LoadedList {
    FlightList list;
    ListReport report;
};

// Reads the flights to play from files in every shape that training takes (dataset::FlightFile):
// flights that landed, were diverted or cancelled, with their times in UTC. Cells of CRSArrTime and
// ArrTime that cannot be read count as missing.
//
// Fails as dataset::load_flights does; with invalid_argument also when no flight is left to play,
// with the counts that tell why.
[[nodiscard]] base::Result<LoadedList> load_list(
    std::span<const std::filesystem::path> files,
    const flight::AirportTable& airports,
    const ListOptions& options
);

// The lines that tell people which rows were left out, and how many; empty when none was.
[[nodiscard]] std::vector<std::string> left_out(const ListReport& report);

}  // namespace flightcast::replay
