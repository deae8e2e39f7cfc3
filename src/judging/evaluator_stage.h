// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "base/clock.h"
#include "flight/topics/topic_set.h"
#include "judging/evaluator.h"
#include "pipeline/stage_spec.h"

namespace flightcast::judging {

// The parts that the evaluator of a process works with. The topics of `options` are set by the row.
struct EvaluatorParts {
    EvaluatorOptions options;
    const base::Clock& clock;  // outlives the stage
    // Told after each change; on the evaluator's thread.
    std::function<void(const EvaluatorCounts&)> on_counts{};
};

// Or why there is no evaluator in this process.
using EvaluatorOrReason = std::expected<EvaluatorParts, std::string>;

// The row of the stage that judges predictions by arrivals. The member of the group that has the
// one partition of the arrivals is the active one; another one that takes over reads the topics
// first. It has a worker of its own, so that it delays nothing but itself, and a pace, since
// an evaluation that comes a few milliseconds later is as good.
//
// A record of the arrival topic that is not a valid report becomes a dead letter without an id, so
// that it is no request's outcome.
[[nodiscard]] pipeline::StageSpec evaluator_stage(
    const flight::TopicSet& topics, std::string group, EvaluatorOrReason parts
);

}  // namespace flightcast::judging
