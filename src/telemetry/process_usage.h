// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace flightcast::telemetry {

// This process's use of the machine; 0 where the system does not tell.
struct ProcessUsage {
    std::size_t resident_bytes = 0;
    std::chrono::microseconds cpu_time{0};  // user and system, of all threads
    std::size_t open_files = 0;
    std::size_t files_max = 0;        // that may be open
    std::chrono::seconds started{0};  // since 1970
};

// Reads /proc: some 50 us.
[[nodiscard]] ProcessUsage process_usage();

}  // namespace flightcast::telemetry
