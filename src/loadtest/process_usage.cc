// SPDX-License-Identifier: Apache-2.0
#include "loadtest/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace flightcast::loadtest {
namespace {

using base::Errc;
using base::fail;

// "VmRSS:     1234 kB" in the text of /proc/PID/status; 0 when it is absent (a kernel thread).
std::uint64_t kilobytes_after(const std::string& text, const std::string& name) {
    const std::size_t at = text.find("\n" + name + ":");
    if (at == std::string::npos) return 0;
    return std::stoull(text.substr(at + name.size() + 2, 40)) * 1'024;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

base::Result<ProcessUsage> read_process_usage(std::int32_t pid) {
    const std::string folder = "/proc/" + std::to_string(pid);
    const std::string stat = read_text(folder + "/stat");
    const std::string status = read_text(folder + "/status");
    // The name, in parentheses, may hold anything; fields are counted after it. utime and stime are
    // the 14th and 15th of all, so the 12th and 13th after the name.
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos) {
        return fail(Errc::not_found, "there is no process " + std::to_string(pid) + " (--pid)");
    }
    std::istringstream fields(stat.substr(name_end + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) fields >> skipped;
    double user_ticks = 0;
    double system_ticks = 0;
    fields >> user_ticks >> system_ticks;
    return ProcessUsage{
        .cpu_seconds = (user_ticks + system_ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK)),
        .resident_bytes = kilobytes_after(status, "VmRSS"),
        .resident_bytes_peak = kilobytes_after(status, "VmHWM"),
    };
}

double own_cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace flightcast::loadtest
