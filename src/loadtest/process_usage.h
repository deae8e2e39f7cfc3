// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/result.h"

namespace flightcast::loadtest {

// A process's use of the machine since it started, from /proc (Linux).
struct ProcessUsage {
    double cpu_seconds = 0;  // User and system, of all its threads.
    std::uint64_t resident_bytes = 0;
    std::uint64_t resident_bytes_peak = 0;
};

// not_found when there is no process `pid`.
[[nodiscard]] base::Result<ProcessUsage> read_process_usage(std::int32_t pid);

// CPU time of this process: the cost of the load generator itself.
[[nodiscard]] double own_cpu_seconds();

}  // namespace flightcast::loadtest
