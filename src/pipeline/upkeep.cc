// SPDX-License-Identifier: Apache-2.0
#include "pipeline/upkeep.h"

#include <utility>

namespace flightcast::pipeline {

std::vector<eventlog::GroupTopics> groups_of(const std::vector<StageSpec>& stages) {
    std::vector<eventlog::GroupTopics> groups;
    for (const StageSpec& stage : stages) {
        if (!stage.group.empty()) groups.push_back({.group = stage.group, .topics = stage.topics});
    }
    return groups;
}

eventlog::Retention retention_of(
    eventlog::Retention usual,
    const std::vector<TopicRule>& topics,
    const std::vector<StageSpec>& stages
) {
    for (const TopicRule& topic : topics) {
        if (!topic.retention && topic.by_size) continue;
        usual.topics.push_back(
            {.topic = topic.name,
             .age = topic.retention.value_or(usual.age),
             .by_size = topic.by_size}
        );
    }
    for (const StageSpec& stage : stages) {
        if (stage.group.empty() || stage.retention != Unread::kept) continue;
        usual.behind_groups.push_back(
            {.group = stage.group, .topics = stage.topics, .is_reading = stage.is_on()}
        );
    }
    return usual;
}

void publish_lag(
    eventlog::EventLog& log,
    const std::vector<StageSpec>& stages,
    telemetry::Metrics& metrics,
    Lags lags
) {
    for (const StageSpec& stage : stages) {
        if (stage.group.empty()) continue;
        if (lags == Lags::of_running && !stage.is_on()) continue;
        const auto lag =
            eventlog::lag_of(log.admin(), {.group = stage.group, .topics = stage.topics});
        if (!lag) continue;
        metrics.gauge(telemetry::kLagRecords, stage.name).set(static_cast<double>(*lag));
    }
    metrics.gauge(telemetry::kQueueRecords, "append")
        .set(static_cast<double>(log.condition().records_in_flight));
}

}  // namespace flightcast::pipeline
