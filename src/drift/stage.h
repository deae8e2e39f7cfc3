// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "drift/fold.h"
#include "flight/calendar/time_zone.h"
#include "flight/topics/topic_set.h"
#include "pipeline/stage_spec.h"

namespace flightcast::drift {

// The parts that the drift stage of a process works with.
struct DriftParts {
    std::function<std::shared_ptr<const Reference>()> reference;  // of the model in use
    flight::TimeZone zone;                                        // of the responses
    std::function<void(const Report& report)> on_report;          // on the stage's thread
};
using DriftOrReason = std::expected<DriftParts, std::string>;

// The row of the stage that watches requests and answers: it reads responses and evaluations of the
// last eight days without a group, in every process that scores, and publishes nothing. Another
// model in use begins anew with what comes then.
[[nodiscard]] pipeline::StageSpec drift_stage(const flight::TopicSet& topics, DriftOrReason parts);

}  // namespace flightcast::drift
