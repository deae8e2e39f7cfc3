// SPDX-License-Identifier: Apache-2.0
#include "pipeline/upkeep.h"

#include <string>
#include <utility>

#include "base/limits.h"

namespace flightcast::pipeline {

namespace {

void publish_lags(
    const std::string& stage,
    const std::vector<eventlog::PartitionLag>& lags,
    telemetry::Metrics& metrics
) {
    std::int64_t records = 0;
    std::size_t partitions = 0;
    for (const eventlog::PartitionLag& lag : lags) {
        records += lag.records;
        if (++partitions > base::limits::kPartitionLagsMax) continue;
        metrics
            .gauge(
                telemetry::kPartitionLag,
                {stage, lag.at.topic, std::to_string(lag.at.partition.value())}
            )
            .set(static_cast<double>(lag.records));
    }
    metrics.gauge(telemetry::kLagRecords, stage).set(static_cast<double>(records));
}

}  // namespace

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
        const auto found =
            eventlog::lags_of(log.admin(), {.group = stage.group, .topics = stage.topics});
        if (found) publish_lags(stage.name, *found, metrics);
    }
    metrics.gauge(telemetry::kQueueRecords, "append")
        .set(static_cast<double>(log.condition().records_in_flight));
}

}  // namespace flightcast::pipeline
