// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "arrival/source_ranks.h"
#include "base/clock.h"
#include "flight/calendar/time_zone.h"
#include "flight/prediction_json.h"
#include "flight/topics/topic_set.h"
#include "pipeline/stage_spec.h"
#include "scoring/model.h"
#include "scoring/scorer.h"

namespace flightcast::scoring {

// The parts that the scorer of a process works with.
struct ScorerParts {
    CurrentModel model;
    const base::Clock& clock;  // outlives the stage
    flight::ResponseFields fields = flight::ResponseFields::all;
    flight::TimeZone zone;
    std::chrono::milliseconds answer_delay{0};  // how old a request is when it is answered
    std::string log_place{};                    // for people, in the line at the start
    OnOutcome on_outcome{};
    OnFailure on_failure{};

    // Whether arrivals are read for models with online features; they need their topic.
    bool follows_arrivals = false;
    arrival::SourceRanks arrival_ranks{};  // of the sources of arrivals
};

// The row of the stage that scores requests; off without `parts`. Members of `group` share the
// requests.
[[nodiscard]] pipeline::StageSpec scorer_stage(
    const flight::TopicSet& topics, std::string group, std::optional<ScorerParts> parts
);

}  // namespace flightcast::scoring
