// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "batch/prediction_writer.h"
#include "dataset/row/column_names.h"
#include "features/predictor.h"
#include "flight/route_table.h"

namespace flightcast::batch {

struct PredictOptions {
    std::vector<std::filesystem::path> files;  // "-" is standard input
    dataset::ColumnNames columns;              // where names are not known ones
    OutputFormat format = OutputFormat::csv;
    std::size_t threads = 1;
    std::size_t bad_rows_max = base::limits::kBadRowsMax;  // of all files; one more is an error

    // Completes each request before it is scored, if there is one; called by several threads.
    std::function<void(flight::Request&)> complete{};
};

struct PredictSummary {
    std::size_t rows = 0;  // scored
    std::array<std::size_t, flight::kClassCount> by_class{};
    std::size_t bad_rows = 0;
    std::map<std::string, std::size_t> bad;      // by cause, "bad DepDelay"
    std::map<std::string, std::size_t> missing;  // rows without a value, by field: "DepDelay"
    std::size_t airport_numbers = 0;             // rows that name an airport by number, not by code
    std::vector<std::string> notes;              // choices in reading, for people
};

// Where predictions go, and who hears of progress. All are called on one thread.
struct PredictSink {
    std::function<base::Result<void>(std::string_view)> write;   // some whole lines
    std::function<void(const std::string&)> on_bad_row;          // "jan.csv:17: bad DepDelay: ..."
    std::function<base::Result<void>(std::size_t)> on_progress;  // rows so far; an error ends it
};

// Scores every row of the files, through the same Predictor as serving does, and writes them in
// their order. Memory does not grow with the files.
//
// Fails as reading does, with the sink's errors, and with invalid_argument after too many bad rows
// or when none of the rows could be read. REQUIRES: `predictor` and `routes` are not changed
// meanwhile; threads > 0.
[[nodiscard]] base::Result<PredictSummary> predict_files(
    const features::Predictor& predictor,
    const flight::RouteTable& routes,
    const PredictOptions& options,
    const PredictSink& sink
);

}  // namespace flightcast::batch
