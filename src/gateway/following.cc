// SPDX-License-Identifier: Apache-2.0
#include "gateway/following.h"

#include <utility>

#include "gateway/delivery/follower.h"

namespace flightcast::gateway {

base::Result<Following> prepare_following(
    eventlog::EventLog& log, const FollowingOptions& options, base::WallTime now
) {
    const std::vector<std::string> topics = {options.response_topic, options.dead_letter_topic};
    const auto oldest = std::chrono::floor<std::chrono::milliseconds>(now) - options.replay_window;
    FC_TRY(
        std::vector<eventlog::Position> start,
        delivery::replay_start(log.admin(), topics, options.archiver_group, oldest)
    );
    FC_TRY(std::vector<eventlog::Position> ends, delivery::ends_of(log.admin(), topics));
    FC_TRY(
        std::unique_ptr<eventlog::Reader> reader,
        log.open_reader({.topics = topics, .start = eventlog::FromPositions{std::move(start)}})
    );
    return Following{.reader = std::move(reader), .caught_up_at = std::move(ends)};
}

}  // namespace flightcast::gateway
