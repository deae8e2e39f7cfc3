// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "gateway/delivery/deliveries.h"

namespace flightcast::gateway::delivery {

// Reads outcomes from the log and passes them on.
//
// Thread-safety: one thread.
class Follower {
  public:
    // `caught_up_at` is the log's end when this gateway started: past it, every earlier outcome has
    // been seen. REQUIRES: all that is passed outlives the follower.
    Follower(
        eventlog::Reader& reader,
        std::string response_topic,
        Deliveries& deliveries,
        std::vector<eventlog::Position> caught_up_at
    );

    // Passes one batch on; how many records it had, 0 when there are none now.
    [[nodiscard]] base::Result<std::size_t> step();

    // Whether all that was in the log at the start has been read. Once true, it stays true.
    [[nodiscard]] bool caught_up();

  private:
    eventlog::Reader& reader_;
    const std::string response_topic_;
    Deliveries& deliveries_;
    std::vector<eventlog::Position> behind_;  // ends yet to be reached
};

// The ends of `topics`, for Follower.
[[nodiscard]] base::Result<std::vector<eventlog::Position>> ends_of(
    eventlog::Admin& admin, const std::vector<std::string>& topics
);

// Where a gateway that starts begins to read `topics`: at `oldest`, or earlier where the archiver's
// group has not copied everything to the store yet. So each outcome is in the store or comes by,
// and what a crash repeats comes after the original. Without such a group it is just `oldest`: a
// topic may go back for a week, and nobody kept what is older than the cache.
[[nodiscard]] base::Result<std::vector<eventlog::Position>> replay_start(
    eventlog::Admin& admin,
    const std::vector<std::string>& topics,
    const std::string& archiver_group,
    eventlog::RecordTime oldest
);

}  // namespace flightcast::gateway::delivery
