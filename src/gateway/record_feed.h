// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/record.h"
#include "eventlog/replay.h"
#include "gateway/accept/acceptor.h"

namespace flightcast::gateway {

// Folds the records of a topic on the I/O thread: a batch whenever the log has news, at most every
// few milliseconds, so that clients are served in between; again later when the log could not be
// read.
//
// Thread-safety: the I/O thread only.
class RecordFeed {
  public:
    // All of it outlives the feed.
    struct Parts {
        const base::Clock& clock;
        accept::Post post;
        std::function<void(const eventlog::Record&)> take;   // one record, in their order
        std::function<void(const base::Error&)> on_trouble;  // the log cannot be read
        std::function<void()> on_change{};                   // records were taken
    };
    explicit RecordFeed(Parts parts) : parts_(std::move(parts)) {}
    ~RecordFeed();
    RecordFeed(const RecordFeed&) = delete;
    RecordFeed& operator=(const RecordFeed&) = delete;

    // Once.
    void start(eventlog::Replay records);

    // Whether it was started and has read all that was there then.
    [[nodiscard]] bool caught_up() const { return caught_up_; }

    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const { return again_at_; }
    void expire(base::SteadyTime now);

  private:
    void step();
    void post_step();
    void put_off(base::SteadyTime until) { again_at_ = until; }

    const Parts parts_;
    std::optional<eventlog::Replay> records_;
    std::atomic<bool> is_posted_ = false;
    std::optional<base::SteadyTime> again_at_;
    bool caught_up_ = false;
};

}  // namespace flightcast::gateway
