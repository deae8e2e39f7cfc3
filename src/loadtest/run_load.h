// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "loadtest/options.h"
#include "loadtest/report.h"

namespace flightcast::loadtest {

// How a run stands, once a second.
struct Progress {
    std::chrono::seconds elapsed{};
    std::uint64_t sent = 0;
    std::uint64_t accepted = 0;
    std::uint64_t owed = 0;    // Accepted, no outcome yet.
    std::uint64_t us_p50 = 0;  // Until the outcome, of the measured part up to now; with
    std::uint64_t us_p99 = 0;  // Mode::post_only until the answer to the POST.
};

// Puts `options.target` under load from this thread, and gives the findings. SIGINT and SIGTERM
// stop the sending, a second one the waiting.
//
// invalid_argument when the options are wrong or the target is not on this machine; unavailable
// when it does not answer at the start.
[[nodiscard]] base::Result<Report> run_load(
    const LoadOptions& options,
    const base::Clock& clock,
    base::Random& random,
    const std::function<void(const Progress&)>& on_progress
);

}  // namespace flightcast::loadtest
