// SPDX-License-Identifier: Apache-2.0
#include "telemetry/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace flightcast::telemetry {
namespace {

std::chrono::microseconds to_duration(const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

std::size_t resident_bytes() {
    std::ifstream file("/proc/self/statm");  // in pages: total, resident, ...
    std::size_t total = 0;
    std::size_t resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t open_files() {
    std::error_code error;
    std::size_t count = 0;
    std::filesystem::directory_iterator entry("/proc/self/fd", error);
    while (!error && entry != std::filesystem::directory_iterator()) {
        ++count;
        entry.increment(error);
    }
    return count > 0 ? count - 1 : 0;  // The listing itself is one.
}

}  // namespace

ProcessUsage process_usage() {
    ProcessUsage usage{.resident_bytes = resident_bytes(), .open_files = open_files()};
    rusage times{};
    if (getrusage(RUSAGE_SELF, &times) == 0) {
        usage.cpu_time = to_duration(times.ru_utime) + to_duration(times.ru_stime);
    }
    return usage;
}

}  // namespace flightcast::telemetry
