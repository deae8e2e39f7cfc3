// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/latency_histogram.h"
#include "loadtest/ledger.h"
#include "loadtest/options.h"
#include "loadtest/process_usage.h"

namespace flightcast::loadtest {

// The findings of a run. Counts are of all requests, warm-up included; latencies and rates of the
// measured ones. Latencies count from the intended time of the POST.
struct Report {
    LoadOptions options{};
    Tally tally{};
    std::map<int, std::uint64_t> refused{};  // By HTTP status.
    std::uint64_t sent = 0;
    std::uint64_t unsent = 0;       // Due, but no connection became free.
    std::uint64_t broken = 0;       // POSTs without a whole answer, accepted or not.
    std::uint64_t lost = 0;         // Accepted, and no outcome in time.
    std::uint64_t joined = 0;       // Joins that the server confirmed.
    std::uint64_t disconnects = 0;  // Sessions that the server or the network ended.
    std::uint64_t storms = 0;       // Times that all sessions lost their connections at once.
    std::string first_problem{};    // The first fault, for people.
    double accepted_per_second = 0;
    base::LatencyHistogram post_us{};        // Until the answer to the POST.
    base::LatencyHistogram outcome_us{};     // Until the outcome.
    base::LatencyHistogram send_delay_us{};  // Until the POST could be sent.
    base::LatencyHistogram back_us{};        // From a lost session until it stood again.
    std::optional<ProcessUsage> server{};    // Its cpu_seconds: of the measured part.
    double own_cpu_seconds = 0;              // Of the measured part.

    // Something was accepted, and every accepted request had exactly one outcome, at its owner.
    [[nodiscard]] bool is_clean() const;
};

// For people: several lines.
[[nodiscard]] std::string report_text(const Report& report);

// One JSON object on one line; latencies in microseconds.
[[nodiscard]] std::string report_json(const Report& report);

}  // namespace flightcast::loadtest
