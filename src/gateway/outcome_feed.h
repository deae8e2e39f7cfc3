// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/replay.h"
#include "flight/topics/topic_set.h"
#include "gateway/accept/acceptor.h"
#include "gateway/delivery/deliveries.h"
#include "gateway/delivery/follower.h"

namespace flightcast::gateway {

// Keeps a follower going on the I/O thread: a batch whenever the log has news, again a moment later
// when the log could not be read.
//
// Thread-safety: the I/O thread only.
class OutcomeFeed {
  public:
    // All of it outlives the feed.
    struct Parts {
        const base::Clock& clock;
        accept::Post post;
        delivery::Deliveries& deliveries;
        std::function<void()> on_caught_up;                  // once after start, and after trouble
        std::function<void(const base::Error&)> on_trouble;  // the log cannot be read
    };
    explicit OutcomeFeed(Parts parts) : parts_(std::move(parts)) {}
    ~OutcomeFeed();
    OutcomeFeed(const OutcomeFeed&) = delete;
    OutcomeFeed& operator=(const OutcomeFeed&) = delete;

    // Once. `topics` are the names of those that the replay reads.
    void start(eventlog::Replay outcomes, const flight::TopicSet& topics);

    // When the batch under way was read; nothing between batches.
    [[nodiscard]] std::optional<base::WallTime> reading_since() const { return reading_since_; }

    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const { return again_at_; }
    void expire(base::SteadyTime now);

  private:
    void step();
    void post_step();

    const Parts parts_;
    std::optional<delivery::Follower> follower_;
    std::atomic<bool> is_posted_ = false;
    std::optional<base::SteadyTime> again_at_;
    std::optional<base::WallTime> reading_since_;
    bool caught_up_ = false;
};

}  // namespace flightcast::gateway
