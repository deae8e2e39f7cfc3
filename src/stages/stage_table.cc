// SPDX-License-Identifier: Apache-2.0
#include "stages/stage_table.h"

#include <utility>

#include "base/limits.h"

namespace flightcast::stages {

std::vector<pipeline::StageSpec> stage_table(const Names& names, Resources resources) {
    return {
        scoring::scorer_stage(names.topics, names.scorer_group, std::move(resources.scorer)),
        scoring::archiver_stage(names.topics, names.archiver_group, resources.archiver),
        judging::evaluator_stage(
            names.topics, names.evaluator_group, std::move(resources.evaluator)
        ),
        experiment::shadow_stage(names.topics, names.shadow_group, std::move(resources.shadow)),
        experiment::decider_stage(names.topics, names.decider_group, std::move(resources.decider)),
        history::historian_stage(names.topics, names.historian_group, resources.historian),
        drift::drift_stage(names.topics, std::move(resources.drift)),
    };
}

std::vector<pipeline::TopicRule> topic_table(const flight::TopicSet& topics) {
    return {
        {.name = topics.request},
        {.name = topics.response},
        {.name = topics.dead_letter},
        {.name = topics.arrival,
         .partitions = 1,  // its order is the truth for all that folds arrivals
         .retention = base::limits::kArrivalRetention,
         .is_optional = true},
        {.name = topics.evaluation,
         .partitions = 1,
         .retention = base::limits::kEvaluationRetention,
         .is_optional = true},
        {.name = topics.models,
         .partitions = 1,  // its order decides what holds
         .retention = eventlog::kForEver,
         .is_optional = true,
         .is_of_models = true,
         .by_size = false},
        {.name = topics.model_parts,
         .partitions = 1,
         .retention = eventlog::kForEver,
         .is_optional = true,
         .is_of_models = true,
         .by_size = false},
        {.name = topics.shadow,
         .retention = base::limits::kShadowRetention,
         .is_optional = true,
         .is_of_models = true},
    };
}

}  // namespace flightcast::stages
