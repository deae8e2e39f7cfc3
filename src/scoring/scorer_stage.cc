// SPDX-License-Identifier: Apache-2.0
#include "scoring/scorer_stage.h"

#include <memory>
#include <utility>
#include <vector>

namespace flightcast::scoring {

using eventlog::NewRecord;
using eventlog::Record;

pipeline::StageSpec scorer_stage(
    const flight::TopicSet& topics, std::string group, std::optional<ScorerParts> parts
) {
    pipeline::StageSpec spec{
        .name = "scorer",
        .verb = "score",
        .group = std::move(group),
        .topics = {topics.request},
        .writes = topics.outcomes(),
        .off = "no model"
    };
    if (!parts) return spec;
    spec.details = {{"log", parts->log_place}, {"model", parts->model()->id}};
    const auto scorer = std::make_shared<const Scorer>(
        std::move(parts->model),
        parts->clock,
        ScorerOptions{.topics = topics, .fields = parts->fields, .zone = parts->zone},
        std::move(parts->on_outcome)
    );
    spec.work = [scorer](
                    const std::vector<Record>& records
                ) -> base::Result<std::vector<NewRecord>> { return scorer->process(records); };
    return spec;
}

}  // namespace flightcast::scoring
