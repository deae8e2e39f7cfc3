// SPDX-License-Identifier: Apache-2.0
#include "gateway/delivery/follower.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/limits.h"

namespace flightcast::gateway::delivery {

using base::Result;
using eventlog::Offset;
using eventlog::Position;
using flight::OutcomeKind;

Follower::Follower(
    eventlog::Reader& reader,
    std::string response_topic,
    Deliveries& deliveries,
    std::vector<Position> caught_up_at
)
    : reader_(reader),
      response_topic_(std::move(response_topic)),
      deliveries_(deliveries),
      behind_(std::move(caught_up_at)) {}

Result<std::size_t> Follower::step() {
    FC_TRY(
        const std::vector<eventlog::Record> records, reader_.poll(base::limits::kPollRecordsMax)
    );
    for (const eventlog::Record& record : records) {
        const OutcomeKind kind =
            record.at.topic == response_topic_ ? OutcomeKind::prediction : OutcomeKind::failure;
        std::optional<flight::Outcome> outcome = flight::outcome_of_record(kind, record.value);
        if (!outcome) continue;
        deliveries_.arrived(std::make_shared<const flight::Outcome>(*std::move(outcome)));
    }
    return records.size();
}

bool Follower::caught_up() {
    if (behind_.empty()) return true;
    const std::vector<Position> now = reader_.positions();
    std::erase_if(behind_, [&now](const Position& end) {
        const auto at = std::ranges::find(now, end.at, &Position::at);
        return at != now.end() && at->next >= end.next;
    });
    return behind_.empty();
}

Result<std::vector<Position>> ends_of(
    eventlog::Admin& admin, const std::vector<std::string>& topics
) {
    std::vector<Position> ends;
    for (const std::string& topic : topics) {
        FC_TRY(const std::vector<eventlog::PartitionRange> ranges, admin.ranges(topic));
        for (const eventlog::PartitionRange& range : ranges) {
            ends.push_back({{topic, range.partition}, range.end});
        }
    }
    return ends;
}

Result<std::vector<Position>> replay_start(
    eventlog::Admin& admin,
    const std::vector<std::string>& topics,
    const std::string& archiver_group,
    eventlog::RecordTime oldest
) {
    std::vector<Position> committed;
    if (!archiver_group.empty()) {
        FC_TRY(committed, admin.committed(archiver_group, topics));
    }
    std::vector<Position> start;
    for (const std::string& topic : topics) {
        FC_TRY(std::vector<Position> from, admin.positions_at(topic, oldest));
        for (Position& position : from) {
            if (!archiver_group.empty()) {
                const auto archived = std::ranges::find(committed, position.at, &Position::at);
                const auto copied = archived == committed.end() ? Offset(0) : archived->next;
                position.next = std::min(position.next, copied);
            }
            start.push_back(std::move(position));
        }
    }
    return start;
}

}  // namespace flightcast::gateway::delivery
