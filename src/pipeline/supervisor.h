// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "pipeline/machine.h"
#include "telemetry/health.h"
#include "telemetry/log.h"

namespace flightcast::pipeline {

// Something that a process depends on: a broker, a database, a disk.
struct Dependency {
    std::string name;  // of its check in /readyz: "event log"

    // Brings this process into work with it; repeated until it succeeds. May wait for its
    // time-outs.
    std::function<base::Result<void>()> begin;

    // Whether it works, asked every second after it began. Empty: the check stays passed.
    std::function<base::Result<void>()> look;
};

struct SupervisorParts {
    std::vector<Dependency> dependencies;
    telemetry::Health& health;
    telemetry::Logger logger;

    // Once, when all have begun.
    std::function<void()> on_begun{};

    // An error that no waiting mends: a wrong option, an instance that was fenced. Called again
    // when another attempt gives one.
    std::function<void(base::Error)> on_end;
};

// Waits for what a process depends on and says for what, lets it begin, and keeps /readyz in step
// afterwards. Asking a server that is away takes long, so it gets a thread of its own.
//
// Thread-safety: one thread at a time.
class Supervisor final : public Machine {
  public:
    // Adds a check for each dependency, which fails until that has begun.
    explicit Supervisor(SupervisorParts parts);

    // Looks at every dependency once. Looks are a second apart; before, attempts to begin are
    // closer together. The pause begins when the calls have returned.
    [[nodiscard]] base::SteadyTime step(base::SteadyTime now) override;
    void end_by(base::SteadyTime /*deadline*/) override { has_ended_ = true; }
    [[nodiscard]] bool has_ended() const override { return has_ended_; }
    void on_wake(std::function<void()> /*wake*/) override {}  // It goes by time alone.

  private:
    struct State {
        Dependency dependency;
        bool has_begun = false;
        std::string trouble;  // as last reported; empty: none
    };

    void attend(State& state);
    void report(State& state, const base::Result<void>& result);

    std::vector<State> states_;
    telemetry::Health& health_;
    const telemetry::Logger logger_;
    std::function<void()> on_begun_;  // empty once it was called
    const std::function<void(base::Error)> on_end_;
    std::chrono::milliseconds interval_;
    bool is_pausing_ = false;  // the calls are over, and the pause after them has not begun
    std::optional<base::SteadyTime> due_;
    bool has_ended_ = false;
};

}  // namespace flightcast::pipeline
