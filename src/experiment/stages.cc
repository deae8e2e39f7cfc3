// SPDX-License-Identifier: Apache-2.0
#include "experiment/stages.h"

#include <memory>
#include <utility>
#include <vector>

namespace flightcast::experiment {

using eventlog::NewRecord;
using eventlog::Record;

namespace {

constexpr std::chrono::milliseconds kPace{20};

// Has a stage fold all that is on the topics of experiments, and tell how they stand.
std::shared_ptr<Decider> follow(
    pipeline::StageSpec& spec, const flight::TopicSet& topics, const DeciderParts& parts
) {
    constexpr auto kAllThereIs = std::chrono::years(10);
    auto decider = std::make_shared<Decider>(
        DeciderOptions{.topics = topics, .bundled = parts.bundled, .on_decided = parts.on_decided},
        parts.clock,
        parts.random
    );
    spec.follows = eventlog::ReplayOptions{
        .topics = {topics.models, topics.shadow, topics.evaluation},
        .behind_group = {},
        .window = std::chrono::duration_cast<std::chrono::milliseconds>(kAllThereIs)
    };
    const auto tell = [decider, on_status = parts.on_status] {
        if (on_status && decider->has_news()) on_status(status_json(*decider));
    };
    spec.consume = [decider, tell](const std::vector<Record>& records) -> base::Result<void> {
        decider->consume(records);
        tell();
        return {};
    };
    tell();  // Before the first record there is nothing to judge, which is said, too.
    return decider;
}

}  // namespace

pipeline::StageSpec shadow_stage(
    const flight::TopicSet& topics, std::string group, ShadowOrReason parts
) {
    pipeline::StageSpec spec{
        .name = "shadow",
        .verb = "shadow",
        .group = std::move(group),
        .topics = {topics.request},
        .writes = {topics.shadow},
        .off = parts ? std::string() : parts.error(),
        .pace = kPace,
        .placement = pipeline::Placement::own,
        .retention = pipeline::Unread::trimmed,
        .needed = pipeline::Needed::no
    };
    if (!parts) return spec;
    const auto shadow = std::make_shared<Shadow>(
        std::move(parts->challengers),
        parts->clock,
        ShadowOptions{.topic = topics.shadow, .zone = parts->zone},
        std::move(parts->on_dropped)
    );
    spec.work = [shadow](
                    const std::vector<Record>& records
                ) -> base::Result<std::vector<NewRecord>> { return shadow->process(records); };
    return spec;
}

pipeline::StageSpec decider_stage(
    const flight::TopicSet& topics, std::string group, DeciderOrReason parts
) {
    pipeline::StageSpec spec{
        .name = "decider",
        .verb = "decide",
        .group = std::move(group),
        .topics = {topics.models},
        .writes = {topics.models},
        .off = parts ? std::string() : parts.error(),
        .pace = kPace,
        .placement = pipeline::Placement::own,
        .retention = pipeline::Unread::trimmed,
        .needed = pipeline::Needed::no
    };
    if (!parts) return spec;
    const auto decider = follow(spec, topics, *parts);
    spec.work = [](const std::vector<Record>&) -> base::Result<std::vector<NewRecord>> {
        return std::vector<NewRecord>{};  // The registry itself comes by the feed.
    };
    spec.options.take_more = [decider](std::size_t) { return decider->take_due(); };
    spec.options.start_over = [decider] { decider->start_over(); };
    return spec;
}

pipeline::StageSpec experiment_watch_stage(
    const flight::TopicSet& topics, const DeciderParts& parts
) {
    pipeline::StageSpec spec{
        .name = "experiments",
        .verb = "watch_experiments",
        .pace = kPace,
        .placement = pipeline::Placement::own,
        .retention = pipeline::Unread::trimmed,
        .needed = pipeline::Needed::no
    };
    static_cast<void>(follow(spec, topics, parts));
    return spec;
}

}  // namespace flightcast::experiment
