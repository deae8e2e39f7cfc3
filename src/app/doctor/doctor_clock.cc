// SPDX-License-Identifier: Apache-2.0
#include <sys/timex.h>

#include <chrono>
#include <string>

#include "app/cli/time_zone_flag.h"
#include "app/doctor/doctor_checks.h"
#include "flight/calendar/timestamp.h"

namespace flightcast::app::doctor {
namespace {

using State = Finding::State;

// When this was written: a clock that shows an earlier time is wrong.
constexpr base::WallTime kLongAgo{std::chrono::days(20'089)};  // 2025-01-01

// The kernel knows whether somebody keeps its clock.
bool is_kept() {
    timex state{};
    return ::adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0;
}

Finding check_time(base::WallTime now) {
    std::string text;
    flight::append_utc(text, now);
    if (now < kLongAgo) {
        return {
            "clock",
            State::bad,
            "it shows " + text + ", which is long past",
            "set it, and keep it with chrony or systemd-timesyncd"
        };
    }
    if (is_kept()) return {"clock", State::good, text + ", kept by a time service", ""};
    return {
        "clock",
        State::warning,
        text + ", and no time service keeps it",
        "install chrony or systemd-timesyncd (in a container: on its host)"
    };
}

}  // namespace

std::vector<Finding> check_clock(const Patient& patient) {
    std::vector<Finding> findings = {check_time(patient.clock.wall_now())};
    const auto zone = cli::find_time_zone(patient.options.timezone);
    if (zone) {
        findings.push_back({"time zone", State::good, zone->name(), ""});
    } else {
        findings.push_back(
            {"time zone",
             State::bad,
             zone.error().detail,
             "name one of the tz database with --timezone, and install tzdata"}
        );
    }
    return findings;
}

}  // namespace flightcast::app::doctor
