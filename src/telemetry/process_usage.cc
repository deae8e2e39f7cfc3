// SPDX-License-Identifier: Apache-2.0
#include "telemetry/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
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

std::size_t files_max() {
    rlimit limit{};
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

// The start of the process is told in clock ticks since the machine's start: field 22 of the line,
// the 20th after the program's name, which may hold spaces and ends with the last parenthesis.
std::chrono::seconds started() {
    std::ifstream process("/proc/self/stat");
    std::string line;
    std::getline(process, line);
    std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    std::string skipped;
    for (int i = 0; i < 19; ++i) fields >> skipped;
    long long ticks = 0;
    fields >> ticks;
    std::ifstream machine("/proc/stat");
    long long booted = 0;
    while (machine >> skipped && skipped != "btime") machine.ignore(1U << 20U, '\n');
    machine >> booted;
    if (ticks == 0 || booted == 0) return std::chrono::seconds(0);
    return std::chrono::seconds(booted + ticks / sysconf(_SC_CLK_TCK));
}

}  // namespace

ProcessUsage process_usage() {
    ProcessUsage usage{
        .resident_bytes = resident_bytes(), .open_files = open_files(), .files_max = files_max()
    };
    static const std::chrono::seconds start = started();
    usage.started = start;
    rusage times{};
    if (getrusage(RUSAGE_SELF, &times) == 0) {
        usage.cpu_time = to_duration(times.ru_utime) + to_duration(times.ru_stime);
    }
    return usage;
}

}  // namespace flightcast::telemetry
