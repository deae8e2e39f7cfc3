// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "pipeline/machine.h"

namespace flightcast::pipeline {

// The thread that steps a machine whenever it is due or woken.
//
// Thread-safety: one thread starts and stops it.
class StepThread {
  public:
    // REQUIRES: `machine` and `clock` outlive the thread.
    StepThread(Machine& machine, const base::Clock& clock);
    ~StepThread();
    StepThread(const StepThread&) = delete;
    StepThread& operator=(const StepThread&) = delete;

    void start();

    // Lets the machine end within `patience`, and ends the thread when it has, or when a step under
    // way has returned. Without start(), or again, it does nothing.
    void stop(std::chrono::microseconds patience);

  private:
    void run();
    void wake();
    template <class IsOver>
    void sleep(std::unique_lock<std::mutex>& lock, base::SteadyTime until, IsOver is_over);
    bool wait(base::SteadyTime until);  // true: stop() was called
    void wait_to_end(base::SteadyTime until);

    Machine& machine_;
    const base::Clock& clock_;
    std::mutex mutex_;
    std::condition_variable condition_;
    bool woken_ = false;                                 // guarded by mutex_
    std::optional<std::chrono::microseconds> patience_;  // guarded by mutex_: set by stop()
    std::thread thread_;
};

}  // namespace flightcast::pipeline
