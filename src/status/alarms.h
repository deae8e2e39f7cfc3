// SPDX-License-Identifier: Apache-2.0
//
// The alerts of deploy/prometheus that one process can judge by its own figures, so that its page
// tells them without Prometheus: the same names, bounds and times, so one runbook serves both.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "status/sample.h"
#include "telemetry/health.h"
#include "telemetry/readings.h"

namespace flightcast::status {

// All that an alarm may look at.
struct View {
    const telemetry::Readings& readings_before;  // of ten to twenty seconds ago
    const telemetry::Readings& readings;
    const telemetry::HealthReport& health;
    const Sample& now;

    // The sample of so long ago, or the oldest there is.
    std::function<const Sample&(std::chrono::minutes ago)> earlier;
};

enum class Severity { warning, critical };

// One row of the table.
struct AlarmSpec {
    std::string_view name;
    Severity severity{};
    std::chrono::seconds hold{};                                // how long the condition must last
    std::optional<std::string> (*condition)(const View& view);  // holds: one sentence
};
[[nodiscard]] std::span<const AlarmSpec> alarm_table();

// An alarm whose condition holds.
struct Alarm {
    const AlarmSpec* spec = nullptr;
    base::WallTime since{};  // when the condition began to hold
    bool in_force = false;   // it has lasted long enough
    std::string text;
};

// Which alarms hold, and since when.
//
// Thread-safety: one thread at a time.
class Alarms {
  public:
    void judge(const View& view);

    // Those in force first, then those that have not lasted long enough; critical ones first.
    [[nodiscard]] std::vector<Alarm> alarms() const;

  private:
    struct Held {
        base::SteadyTime since{};
        Alarm alarm;
    };
    std::map<std::string_view, Held> held_;
};

}  // namespace flightcast::status
