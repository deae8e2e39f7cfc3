// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/topics/topics_source.h"
#include "base/result.h"

namespace flightcast::app::topics {

// The settings that `topics init` gives one topic.
struct TopicPlan {
    std::string name;
    std::int32_t partitions = 1;
    std::optional<std::chrono::milliseconds> retention{};
    std::int16_t replication = 0;  // 0: the brokers' default
};

// The result for one topic.
struct TopicOutcome {
    std::string name;
    bool is_new = false;
    std::vector<std::string> differences{};  // of one that existed: "has 1 partition, not 4"
};

// Creates the topics that are missing and says where those that are there differ. Does the same
// when it is done again. Errc::unsupported for an embedded log, whose topics the server makes.
[[nodiscard]] base::Result<std::vector<TopicOutcome>> init_topics(
    TopicsSource& source, const std::vector<TopicPlan>& plans
);

// Changes one topic; settings that are not given stay. Of an embedded log only the retention can be
// changed, also while a server works on it: else Errc::unsupported.
struct TopicChange {
    std::string name;
    std::optional<std::chrono::milliseconds> retention{};
    bool has_default_retention = false;  // instead: as long as the log keeps others
    std::optional<std::int32_t> partitions{};
};

[[nodiscard]] base::Result<void> change_topic(TopicsSource& source, const TopicChange& change);

}  // namespace flightcast::app::topics
