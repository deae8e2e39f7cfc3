// SPDX-License-Identifier: Apache-2.0
#include "app/arrivals/report_line.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "arrival/arrival_json.h"
#include "base/clock.h"
#include "flight/calendar/timestamp.h"

namespace flightcast::app::arrivals {

using arrival::Arrival;
using arrival::Event;

namespace {

// Whether a report was told too early is not the question here.
constexpr base::WallTime kNoClock{std::chrono::sys_days(std::chrono::year(2200) / 1 / 1)};

std::string flight_text(const Arrival& report) {
    std::array<char, 32> text{};
    std::string line;
    if (report.flight_date) {
        std::snprintf(
            text.data(),
            text.size(),
            "%04d-%02d-%02d ",
            report.flight_date->year,
            report.flight_date->month,
            report.flight_date->day
        );
        line += text.data();
    }
    if (report.carrier) line += *report.carrier + " ";
    if (report.flight_num) line += *report.flight_num + " ";
    if (report.origin || report.dest) {
        line += report.origin.value_or("?") + "-" + report.dest.value_or("?") + " ";
    }
    if (report.crs_dep_time) {
        std::snprintf(
            text.data(),
            text.size(),
            "%02d:%02d ",
            static_cast<int>(*report.crs_dep_time / 100),
            static_cast<int>(*report.crs_dep_time % 100)
        );
        line += text.data();
    }
    if (report.id) line += report.id->to_string() + " ";
    return line;
}

std::string delay_text(double minutes) {
    std::array<char, 64> text{};
    const char* const side = minutes < 0 ? "early" : "late";
    std::snprintf(text.data(), text.size(), "%.10g min %s", std::abs(minutes), side);
    return text.data();
}

std::string event_text(const Arrival& report) {
    switch (arrival::event_of(report)) {
        case Event::landed:
            return "landed, " + delay_text(*report.arr_delay);
        case Event::cancelled:
            return "cancelled";
        case Event::diverted:
            return "diverted";
        case Event::departed:
            return report.dep_delay ? "departed, " + delay_text(*report.dep_delay) : "departed";
    }
    return {};
}

}  // namespace

std::string report_line(std::string_view value) {
    const auto report = arrival::decode_arrival(value, {.now = kNoClock, .refuses_unknown = false});
    if (!report) return "invalid: " + arrival::text_of(report.error());
    std::string line = flight_text(*report) + event_text(*report);
    if (report->reported_at) {
        line += ", reported ";
        flight::append_utc(line, *report->reported_at);
    }
    return report->source.empty() ? line : line + " (" + report->source + ")";
}

}  // namespace flightcast::app::arrivals
