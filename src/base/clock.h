// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace flightcast::base {

// Time since the Unix epoch, UTC, to the microsecond, for people and records.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

// Time that only goes forward, for deadlines and latencies.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

// Where every part of the program gets its time from, so that tests can set it.
//
// Thread-safety: any thread may call any member.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual WallTime wall_now() const = 0;
    [[nodiscard]] virtual SteadyTime steady_now() const = 0;
};

// The operating system's clocks.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] WallTime wall_now() const override;
    [[nodiscard]] SteadyTime steady_now() const override;
};

// A clock that stands still until it is moved: for tests and simulation.
//
// Thread-safety: one thread only.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(WallTime start = WallTime(std::chrono::seconds(1'450'000'000)))
        : wall_(start) {}

    [[nodiscard]] WallTime wall_now() const override { return wall_; }
    [[nodiscard]] SteadyTime steady_now() const override { return steady_; }

    // Moves both clocks forward. REQUIRES: `step` is not negative.
    void advance(std::chrono::microseconds step);

    // Sets the wall clock alone, backwards too, as an operator or NTP may.
    void set_wall(WallTime now) { wall_ = now; }

  private:
    WallTime wall_;
    SteadyTime steady_{std::chrono::hours(1)};
};

}  // namespace flightcast::base
