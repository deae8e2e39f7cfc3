// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "status/alarms.h"
#include "status/sample.h"
#include "telemetry/health.h"
#include "telemetry/metrics.h"
#include "telemetry/problem_book.h"

namespace flightcast::status {

// What the board is made of. All of it outlives the board.
struct BoardParts {
    telemetry::Metrics& metrics;
    const telemetry::Health& health;
    const base::Clock& clock;
    std::string role;                                           // "serve", "gateway"
    std::function<std::vector<telemetry::Problem>()> problems;  // the latest first
    std::function<std::string()> model{};  // one JSON object: the model and experiments; none: {}
};

// How one process is, for whoever runs it: a sample of its metrics every few seconds, an hour of
// samples, and the alarms that follow. Works without Prometheus, and reads nothing but figures that
// are there already.
//
// Thread-safety: one thread at a time, the one on which the hooks of the metrics may run.
class Board {
  public:
    explicit Board(BoardParts parts);

    // When the next sample is due.
    [[nodiscard]] base::SteadyTime next_deadline() const;
    void expire(base::SteadyTime now);

    // The answer of GET /api/v1/status, described in openapi.json: one JSON object. Rates and times
    // are those of the last ten to twenty seconds.
    [[nodiscard]] std::string json();

  private:
    // A sample with all that was read.
    struct Look {
        Sample sample;
        telemetry::Readings readings;
    };

    [[nodiscard]] Look look() const;
    void judge(const Look& now, const telemetry::HealthReport& health);
    [[nodiscard]] const Sample& earlier(std::chrono::minutes ago, base::SteadyTime now) const;

    const BoardParts parts_;
    const base::SteadyTime started_;
    std::deque<Sample> hour_;  // the oldest first; never empty
    Look before_;              // the sample before the last one, what `json` compares with
    Look last_;
    Alarms alarms_;
};

}  // namespace flightcast::status
