// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace flightcast::loadtest {

struct ScheduleOptions {
    double per_second = 0;                 // 0: a request is due whenever a client is free.
    std::chrono::microseconds warmup{};    // Requests due before this are sent, but not measured.
    std::chrono::microseconds duration{};  // Of the measured part, which follows the warm-up.
    std::optional<std::uint64_t> requests{};  // Send this many in all, however long it takes.
};

// When each request is meant to be sent. With a rate the times lie on a fixed grid that is laid out
// before the run and never moves. A latency counts from this time, not from the moment at which a
// late request could be sent at last: it is the wait of a user. So a server that stalls cannot
// hide the requests that it kept from being sent ("coordinated omission", G. Tene).
//
// Thread-safety: one thread only.
class Schedule {
  public:
    // REQUIRES: no duration is negative; per_second is finite and not negative.
    Schedule(const ScheduleOptions& options, base::SteadyTime start);

    // When the next request is meant to be sent (with a rate of 0: now), or nothing when none is
    // left.
    [[nodiscard]] std::optional<base::SteadyTime> next(base::SteadyTime now) const;

    // The request is on its way: next() speaks about the one after it.
    void advance() { ++taken_; }

    [[nodiscard]] std::uint64_t taken() const { return taken_; }

    // Whether a request (or an answer) of this time counts in the figures.
    [[nodiscard]] bool is_measured(base::SteadyTime time) const {
        return time >= measured_from_ && (counts_requests_ || time < measured_until_);
    }

    [[nodiscard]] base::SteadyTime measured_from() const { return measured_from_; }

  private:
    const base::SteadyTime start_;
    const base::SteadyTime measured_from_;
    const base::SteadyTime measured_until_;
    const double step_us_;  // Between two requests; 0 for as fast as possible.
    const bool counts_requests_;
    const std::uint64_t requests_max_;
    std::uint64_t taken_ = 0;
};

}  // namespace flightcast::loadtest
