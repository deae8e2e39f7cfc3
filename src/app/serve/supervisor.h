// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "telemetry/health.h"
#include "telemetry/log.h"

namespace flightcast::app::serve {

// Something else that a process depends on: a broker, a database.
struct Dependency {
    std::string name;  // of its check in /readyz: "event log"

    // Brings us into work with it; repeated until it succeeds. May wait for its time-outs.
    std::function<base::Result<void>()> begin;

    // Once it began: whether it works. Empty: nobody looks, and the check stays passed.
    std::function<base::Result<void>()> look;
};

struct SupervisorParts {
    std::vector<Dependency> dependencies;
    telemetry::Health& health;
    telemetry::Logger logger;

    // Once, on its thread, when all have begun.
    std::function<void()> on_begun{};

    // Once, with an error that no waiting mends: a wrong option, an instance that was fenced.
    std::function<void(base::Error)> on_end;
};

// Waits for what a process depends on and says for what, lets it begin, and keeps /readyz in step
// afterwards. A thread of its own, since asking a server that is away takes long.
//
// Thread-safety: one thread starts and stops it.
class Supervisor {
  public:
    explicit Supervisor(SupervisorParts parts);
    ~Supervisor() { stop(); }
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    void start();

    // Returns when a call under way has returned.
    void stop();

  private:
    struct State {
        Dependency dependency;
        bool has_begun = false;
        std::string trouble;  // as last reported; empty: none
    };

    void run();
    void attend(State& state);
    void report(State& state, const base::Result<void>& result);
    [[nodiscard]] bool pause(std::chrono::milliseconds time);  // true: stop

    std::vector<State> states_;  // its thread's
    telemetry::Health& health_;
    const telemetry::Logger logger_;
    std::function<void()> on_begun_;  // its thread's; empty once it was called
    const std::function<void(base::Error)> on_end_;
    std::mutex mutex_;
    std::condition_variable condition_;
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace flightcast::app::serve
