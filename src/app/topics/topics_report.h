// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/topics/topics_init.h"
#include "app/topics/topics_source.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/lag.h"

// The findings of 'flightcast topics' about topics and groups, and how they are printed.
namespace flightcast::app::topics {

// One topic as `topics describe` shows it. Replicas are known of Kafka only.
struct TopicState {
    eventlog::TopicDescription description;
    std::optional<std::int32_t> replicas{};
    std::optional<std::int32_t> replicas_in_sync{};
    std::int32_t without_leader = 0;
};

[[nodiscard]] base::Result<std::vector<TopicState>> describe_topics(
    TopicsSource& source, const std::vector<std::string>& names
);
[[nodiscard]] base::Result<std::vector<eventlog::PartitionLag>> group_lags(
    TopicsSource& source, const std::vector<eventlog::GroupTopics>& groups
);

// Tables for people, each with a newline at its end.
[[nodiscard]] std::string outcomes_text(const std::vector<TopicOutcome>& outcomes);
[[nodiscard]] std::string topics_text(const std::vector<TopicState>& topics);
[[nodiscard]] std::string lags_text(const std::vector<eventlog::PartitionLag>& lags);

// The same for programs: one line of JSON.
[[nodiscard]] std::string outcomes_json(const std::vector<TopicOutcome>& outcomes);
[[nodiscard]] std::string topics_json(const std::vector<TopicState>& topics);
[[nodiscard]] std::string lags_json(const std::vector<eventlog::PartitionLag>& lags);

}  // namespace flightcast::app::topics
