// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::gateway {

// Which outcomes a gateway reads, and from where on.
struct FollowingOptions {
    std::string response_topic;
    std::string dead_letter_topic;
    // What it has not copied to the store yet is read again; empty: nobody fills a store.
    std::string archiver_group;
    std::chrono::milliseconds replay_window{};  // and what is younger than this
};

// A reader of outcomes at its place, and where the log ended when it was opened: once the reader is
// there, nothing that was decided before is unknown.
struct Following {
    std::unique_ptr<eventlog::Reader> reader;
    std::vector<eventlog::Position> caught_up_at;
};

// Opens one. Takes as long as the log's time-outs, so not on an I/O thread; the log's error while
// it cannot be reached or a topic is missing.
[[nodiscard]] base::Result<Following> prepare_following(
    eventlog::EventLog& log, const FollowingOptions& options, base::WallTime now
);

}  // namespace flightcast::gateway
