// SPDX-License-Identifier: Apache-2.0
#include "app/topics/topics_seek.h"

#include <utility>

#include "eventlog/kafka/admin/kafka_admin.h"
#include "eventlog/kafka/kafka_log.h"

namespace flightcast::app::topics {

using base::Errc;
using base::Result;
using eventlog::Position;

namespace {

Result<std::vector<Position>> positions_at(
    eventlog::Admin& admin, const std::string& topic, const eventlog::Start& to
) {
    if (const auto* const since = std::get_if<eventlog::FromTime>(&to)) {
        return admin.positions_at(topic, since->time);
    }
    FC_TRY(const eventlog::TopicDescription description, admin.describe(topic));
    const bool at_end = std::holds_alternative<eventlog::FromEnd>(to);
    std::vector<Position> positions;
    for (const eventlog::PartitionRange& range : description.partitions) {
        positions.push_back({{topic, range.partition}, at_end ? range.end : range.first});
    }
    return positions;
}

Result<void> check_movable(TopicsSource& source) {
    if (source.kafka() != nullptr) return {};
    return base::fail(
        Errc::unsupported,
        "an embedded log is read by its own server, from where that stopped; name a cluster with "
        "--kafka"
    );
}

}  // namespace

Result<void> move_group(
    TopicsSource& source, const std::string& group, std::vector<Position> positions
) {
    FC_TRY_VOID(check_movable(source));
    return source.kafka()->kafka_admin().set_committed(group, std::move(positions));
}

Result<void> seek_groups(
    TopicsSource& source,
    const std::vector<eventlog::GroupTopics>& groups,
    const eventlog::Start& to
) {
    FC_TRY_VOID(check_movable(source));
    for (const eventlog::GroupTopics& read : groups) {
        std::vector<Position> positions;
        for (const std::string& topic : read.topics) {
            FC_TRY(
                const std::vector<Position> found, positions_at(source.log().admin(), topic, to)
            );
            positions.insert(positions.end(), found.begin(), found.end());
        }
        FC_TRY_VOID(move_group(source, read.group, std::move(positions)));
    }
    return {};
}

}  // namespace flightcast::app::topics
