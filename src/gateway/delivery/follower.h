// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "base/result.h"
#include "eventlog/replay.h"
#include "flight/topics/topic_set.h"
#include "gateway/delivery/deliveries.h"

namespace flightcast::gateway::delivery {

// Reads outcomes from the log and passes them on.
//
// Thread-safety: one thread.
class Follower {
  public:
    // Reads `replay`, whose topics are the outcomes of `topics`.
    // REQUIRES: `deliveries` outlives the follower.
    Follower(eventlog::Replay replay, flight::TopicSet topics, Deliveries& deliveries);

    // Passes one batch on; how many records it had, 0 when there are none now.
    [[nodiscard]] base::Result<std::size_t> step();

    // Whether everything that was in the log when the replay was opened has been read. Once true,
    // it stays true.
    [[nodiscard]] bool caught_up();

    // As Reader::on_ready().
    void on_ready(std::function<void()> wake) { replay_.reader->on_ready(std::move(wake)); }

  private:
    const eventlog::Replay replay_;
    const flight::TopicSet topics_;
    Deliveries& deliveries_;
    bool caught_up_ = false;
};

}  // namespace flightcast::gateway::delivery
