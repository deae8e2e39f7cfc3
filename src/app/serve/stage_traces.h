// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/clock.h"
#include "flight/topics/topic_set.h"
#include "pipeline/stage_spec.h"
#include "tracing/tracer.h"

namespace flightcast::app::serve {

// Lets the stages of a table tell the spans of traced records: `score` and below it `publish`,
// `archive`, and `evaluate`. An evaluation comes hours after its request, so it is a trace of its
// own with a link to the request's. Records of other requests cost a look at their headers.
// REQUIRES: `tracer` and `clock` outlive the stages.
void trace_stages(
    std::vector<pipeline::StageSpec>& stages,
    tracing::Tracer& tracer,
    const base::Clock& clock,
    const flight::TopicSet& topics
);

}  // namespace flightcast::app::serve
