// SPDX-License-Identifier: Apache-2.0
#include "gateway/delivery/follower.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "eventlog/positions.h"
#include "flight/outcome.h"

namespace flightcast::gateway::delivery {

using base::Result;

Follower::Follower(eventlog::Replay replay, flight::TopicSet topics, Deliveries& deliveries)
    : replay_(std::move(replay)), topics_(std::move(topics)), deliveries_(deliveries) {}

Result<std::size_t> Follower::step() {
    FC_TRY(
        const std::vector<eventlog::Record> records,
        replay_.reader->poll(base::limits::kPollRecordsMax)
    );
    for (const eventlog::Record& record : records) {
        std::optional<flight::Outcome> outcome =
            flight::outcome_of_record(topics_.kind_of(record.at.topic), record.value);
        if (!outcome) continue;
        deliveries_.arrived(std::make_shared<const flight::Outcome>(*std::move(outcome)));
    }
    return records.size();
}

bool Follower::caught_up() {
    if (!caught_up_) {
        caught_up_ = eventlog::has_reached(replay_.reader->positions(), replay_.caught_up_at);
    }
    return caught_up_;
}

}  // namespace flightcast::gateway::delivery
