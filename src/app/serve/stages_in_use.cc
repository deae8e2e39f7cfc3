// SPDX-License-Identifier: Apache-2.0
#include "app/serve/stages_in_use.h"

#include <algorithm>

#include "app/serve/stage_names.h"

namespace flightcast::app::serve {

// A member that joins while another one of the evaluators' group has ended waits for minutes there.
std::string why_without_arrivals(const options::ServeOptions& options) {
    if (options.kafka.empty()) return {};
    return "arrivals are judged with the log of a data folder only, not yet on Kafka";
}

std::vector<pipeline::StageSpec> stages_in_use(const options::ServeOptions& options) {
    const std::vector<pipeline::TopicRule> topics = topics_in_use(options);
    const auto is_in_use = [&topics](const std::string& name) {
        return std::ranges::find(topics, name, &pipeline::TopicRule::name) != topics.end();
    };
    std::vector<pipeline::StageSpec> stages = stages::stage_table(stage_names(options));
    std::erase_if(stages, [&](const pipeline::StageSpec& stage) {
        return !std::ranges::all_of(stage.topics, is_in_use);
    });
    return stages;
}

std::vector<pipeline::TopicRule> topics_in_use(const options::ServeOptions& options) {
    std::vector<pipeline::TopicRule> topics = stages::topic_table(options.topics());
    if (!why_without_arrivals(options).empty()) {
        std::erase_if(topics, [](const pipeline::TopicRule& rule) { return rule.is_optional; });
    }
    return topics;
}

}  // namespace flightcast::app::serve
