// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "replay/judged_line.h"
#include "replay/planner.h"

namespace flightcast::replay {

// Where a replay is played: a server, a data folder or a Kafka cluster.
//
// Thread-safety: one thread.
class Target {
  public:
    virtual ~Target() = default;

    // Plays the step that has this number (from 0), which may have been played before, in part or
    // whole: ids follow from run and number, so that nothing counts twice. Its arrivals are in the
    // log before its requests; returns when its requests are answered and its departures are in the
    // log. The answers are in the order of the requests, without those that failed.
    [[nodiscard]] virtual base::Result<std::vector<Answer>> play(
        std::size_t number, const Step& step
    ) = 0;

    // Whether all that was played is durable: not each step need be, and a position must not be
    // ahead of what a power cut leaves.
    [[nodiscard]] virtual bool is_settled() const { return true; }
};

}  // namespace flightcast::replay
