// SPDX-License-Identifier: Apache-2.0
#include "app/topics/topics_report.h"

#include <algorithm>

#include "eventlog/kafka/kafka_admin.h"
#include "eventlog/kafka/kafka_log.h"

namespace flightcast::app::topics {

using base::Result;

Result<std::vector<TopicState>> describe_topics(
    TopicsSource& source, const std::vector<std::string>& names
) {
    std::vector<TopicState> states;
    for (const std::string& name : names) {
        TopicState state;
        FC_TRY(state.description, source.log().admin().describe(name));
        if (source.kafka() != nullptr) {
            FC_TRY(
                const eventlog::kafka::TopicDetails details,
                source.kafka()->kafka_admin().details(name)
            );
            state.replicas = details.replicas;
            state.replicas_in_sync = details.replicas_in_sync;
            state.without_leader = details.without_leader;
        }
        states.push_back(std::move(state));
    }
    return states;
}

namespace {

PartitionLag lag_of(
    const std::string& group,
    const std::string& topic,
    const eventlog::PartitionRange& range,
    const std::vector<eventlog::Position>& committed
) {
    PartitionLag lag{.group = group, .at = {topic, range.partition}, .end = range.end};
    const auto found = std::ranges::find(committed, lag.at, &eventlog::Position::at);
    eventlog::Offset next = range.first;
    if (found != committed.end()) {
        lag.committed = found->next;
        next = std::max(next, found->next);
    }
    lag.records = std::max<std::int64_t>(range.end.value() - next.value(), 0);
    return lag;
}

}  // namespace

Result<std::vector<PartitionLag>> group_lags(
    TopicsSource& source, const std::vector<GroupTopics>& groups
) {
    std::vector<PartitionLag> lags;
    eventlog::Admin& admin = source.log().admin();
    for (const GroupTopics& read : groups) {
        // Positions first: read after the ends, they could be ahead of them.
        FC_TRY(
            const std::vector<eventlog::Position> committed,
            admin.committed(read.group, read.topics)
        );
        for (const std::string& topic : read.topics) {
            FC_TRY(const std::vector<eventlog::PartitionRange> ranges, admin.ranges(topic));
            for (const eventlog::PartitionRange& range : ranges) {
                lags.push_back(lag_of(read.group, topic, range, committed));
            }
        }
    }
    return lags;
}

}  // namespace flightcast::app::topics
