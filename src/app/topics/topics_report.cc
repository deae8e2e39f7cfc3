// SPDX-License-Identifier: Apache-2.0
#include "app/topics/topics_report.h"

#include <algorithm>
#include <iterator>

#include "eventlog/kafka/admin/kafka_admin.h"
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

Result<std::vector<eventlog::PartitionLag>> group_lags(
    TopicsSource& source, const std::vector<eventlog::GroupTopics>& groups
) {
    std::vector<eventlog::PartitionLag> all;
    for (const eventlog::GroupTopics& read : groups) {
        FC_TRY(
            std::vector<eventlog::PartitionLag> lags, eventlog::lags_of(source.log().admin(), read)
        );
        std::ranges::move(lags, std::back_inserter(all));
    }
    return all;
}

}  // namespace flightcast::app::topics
