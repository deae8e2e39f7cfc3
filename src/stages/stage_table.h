// SPDX-License-Identifier: Apache-2.0
//
// All topics and all stages of the program. To add one, add its row here; nothing else lists them.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "drift/stage.h"
#include "experiment/stages.h"
#include "flight/topics/topic_set.h"
#include "history/historian_stage.h"
#include "judging/evaluator_stage.h"
#include "pipeline/stage_spec.h"
#include "scoring/archiver_stage.h"
#include "scoring/scorer_stage.h"

namespace flightcast::stages {

// The names of topics and groups, as the options give them.
struct Names {
    flight::TopicSet topics;
    std::string scorer_group;
    std::string archiver_group;
    std::string evaluator_group = "flightcast-evaluator";
    std::string shadow_group = "flightcast-shadow";
    std::string decider_group = "flightcast-decider";
    std::string historian_group = "flightcast-historian";
};

// The parts that the stages of one process work with. A stage whose part is missing is off.
struct Resources {
    std::optional<scoring::ScorerParts> scorer{};
    scoring::ArchiverOrReason archiver = std::unexpected("no store");
    judging::EvaluatorOrReason evaluator = std::unexpected("not in this process");
    experiment::ShadowOrReason shadow = std::unexpected("not in this process");
    experiment::DeciderOrReason decider = std::unexpected("not in this process");
    history::HistorianOrReason historian = std::unexpected("not in this process");
    drift::DriftOrReason drift = std::unexpected("not in this process");
};

// The stages in the order in which a worker steps them: from requests to what is made of them.
// Without resources, rows for those who only ask how far each stage is.
[[nodiscard]] std::vector<pipeline::StageSpec> stage_table(
    const Names& names, Resources resources = {}
);

// The topics in the order in which they are created and listed: those of TopicSet::all().
[[nodiscard]] std::vector<pipeline::TopicRule> topic_table(const flight::TopicSet& topics);

}  // namespace flightcast::stages
