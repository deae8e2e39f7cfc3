// SPDX-License-Identifier: Apache-2.0
#include "load/server_probe.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace flightcast::load {

std::optional<ServerUsage> usage_of(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    // The second field is the name in parentheses and may hold anything (proc(5)).
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    for (int field = 16; field < 24; ++field) fields >> skipped;
    double pages = 0;
    fields >> pages;
    constexpr double kMega = 1e6;
    return ServerUsage{
        .cpu_seconds = (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)),
        .resident_mb = pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / kMega
    };
}

}  // namespace flightcast::load
