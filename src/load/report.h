// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/histogram.h"
#include "load/ledger.h"

namespace flightcast::load {

// What the server's process used.
struct ServerUsage {
    double cpu_seconds = 0;  // during the measured part
    double resident_mb = 0;  // at its end, millions of bytes
};

// What one run found. Latencies are in microseconds from the intended time of each request.
struct LoadReport {
    Tally tally;
    std::uint64_t sent = 0;
    std::uint64_t lost = 0;  // accepted, and no outcome in time
    std::map<int, std::uint64_t> refused_by_status;
    std::uint64_t broken_connections = 0;
    std::uint64_t measured = 0;      // answered requests in the measured part
    double measured_seconds = 0;
    base::Histogram post_us;
    base::Histogram outcome_us;
    std::optional<ServerUsage> server;

    // Whether everything was accepted, and every outcome came once and to its owner.
    [[nodiscard]] bool is_clean() const;
};

[[nodiscard]] std::string report_text(const LoadReport& report);
[[nodiscard]] std::string report_json(const LoadReport& report);

}  // namespace flightcast::load
