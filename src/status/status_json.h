// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "status/alarms.h"
#include "status/sample.h"
#include "telemetry/health.h"
#include "telemetry/problem_book.h"
#include "telemetry/readings.h"

namespace flightcast::status {

// Everything that the status of a process is made of.
struct StatusView {
    std::string_view role;
    std::chrono::microseconds uptime{};
    const Sample& before;  // rates are those from here to `now`
    const Sample& now;
    const telemetry::Readings& readings_before;
    const telemetry::Readings& readings;
    const telemetry::HealthReport& health;
    std::vector<Alarm> alarms;
    std::vector<telemetry::Problem> problems;
    std::string model;  // one JSON object
    const std::deque<Sample>& hour;
};

// As openapi.json describes it, with a line break at its end.
[[nodiscard]] std::string status_json(const StatusView& view);

}  // namespace flightcast::status
