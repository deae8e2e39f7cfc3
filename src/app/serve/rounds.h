// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "pipeline/machine.h"
#include "telemetry/health.h"
#include "telemetry/log.h"

namespace flightcast::app::serve {

// A question whose answer may change while a process runs, and that nobody else asks.
struct RoundQuestion {
    std::string check;  // its health check, which several questions may share: "rights"
    telemetry::HealthScope scope = telemetry::HealthScope::note;

    // What is wrong now, each with its way out. May wait some seconds.
    std::function<std::vector<std::string>()> ask;
};

// Asks its questions one after the other, one in each step, and tells health and log what is wrong
// after each round: from the start on, and again after a minute, or after ten seconds while
// something is wrong.
//
// Thread-safety: one thread at a time.
class Rounds final : public pipeline::Machine {
  public:
    // Adds the checks, which pass until a round finds something.
    // REQUIRES: `health` outlives it.
    Rounds(
        std::vector<RoundQuestion> questions, telemetry::Health& health, telemetry::Logger logger
    );

    [[nodiscard]] base::SteadyTime step(base::SteadyTime now) override;
    void end_by(base::SteadyTime /*deadline*/) override { has_ended_ = true; }
    [[nodiscard]] bool has_ended() const override { return has_ended_; }
    void on_wake(std::function<void()> /*wake*/) override {}  // It goes by time alone.

  private:
    bool report();  // whether something is wrong

    const std::vector<RoundQuestion> questions_;
    telemetry::Health& health_;
    const telemetry::Logger logger_;
    std::map<std::string, std::string> told_;   // by check: what is wrong, as last told
    std::map<std::string, std::string> found_;  // the same, in this round
    std::size_t next_ = 0;                      // the question of the next step
    std::optional<base::SteadyTime> due_;       // the next round; none: there is one under way
    bool is_round_over_ = false;
    bool is_wrong_ = false;
    bool has_ended_ = false;
};

}  // namespace flightcast::app::serve
