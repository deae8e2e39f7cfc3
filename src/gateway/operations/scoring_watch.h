// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace flightcast::gateway::operations {

// Whether anybody scores: flights that are accepted, and not one outcome for half a minute after
// the first of them, mean that nobody does. Outcomes of other gateways' flights count as well, so a
// backlog that is worked off is no alarm.
//
// Thread-safety: one thread.
class ScoringWatch {
  public:
    enum class Change { none, failing, working };

    // `arrivals` is how many outcomes have come so far, here and below.
    void accepted(std::uint64_t arrivals, base::SteadyTime now);

    // How many flights were accepted since the last outcome, as far as is known.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const { return look_at_; }
    Change expire(std::uint64_t arrivals, base::SteadyTime now);

  private:
    std::uint64_t arrivals_ = 0;  // when the first of those that wait was accepted
    std::size_t waiting_ = 0;
    std::optional<base::SteadyTime> look_at_;  // there while flights wait
    bool failing_ = false;
};

}  // namespace flightcast::gateway::operations
