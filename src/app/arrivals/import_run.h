// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/options/options.h"
#include "base/result.h"
#include "replay/list_loader.h"
#include "replay/planner.h"

namespace flightcast::app::arrivals {

// Which times of the files are handed over with the reports.
enum class Times {
    all,  // DepartedAt, ArrivedAt, and ReportedAt when there is a lag
    none  // for servers that do not accept them
};

// The wishes of `flightcast arrivals import`. Without url and Kafka it writes into the data folder.
struct ImportOptions {
    std::vector<std::filesystem::path> data;
    flightcast::replay::ListOptions list;
    std::string url;  // of a server; empty: none
    std::string source = "import";
    Times times = Times::all;
    std::optional<std::chrono::seconds> report_lag{};  // ReportedAt; none: the time of the import
};

// The result of an import.
struct Imported {
    std::size_t reports = 0;
    std::size_t landed = 0;
    std::size_t diverted = 0;
    std::size_t cancelled = 0;
};

// Hands a report of every flight in the files over, in the order of their landings, with progress
// on standard error. It may be repeated: the same report twice changes nothing. Errors:
// invalid_argument for wrong options and files; those of the place; closed when `stop` was wished.
[[nodiscard]] base::Result<Imported> import_arrivals(
    ImportOptions options, const options::ServeOptions& serve, const std::stop_token& stop
);

}  // namespace flightcast::app::arrivals
