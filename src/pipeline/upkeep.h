// SPDX-License-Identifier: Apache-2.0
//
// The regular chores for all rows of the tables: retention, and telling the lag.
#pragma once

#include <vector>

#include "eventlog/embedded.h"
#include "eventlog/event_log.h"
#include "eventlog/lag.h"
#include "pipeline/stage_spec.h"
#include "telemetry/metrics.h"

namespace flightcast::pipeline {

// The groups of the stages and what they read, without stages that have no group.
[[nodiscard]] std::vector<eventlog::GroupTopics> groups_of(const std::vector<StageSpec>& stages);

// `usual`, with what the tables say of single topics and of the records that are kept for stages.
[[nodiscard]] eventlog::Retention retention_of(
    eventlog::Retention usual,
    const std::vector<TopicRule>& topics,
    const std::vector<StageSpec>& stages
);

// Whose lag is told: of the stages that run in this process, or of all that have a group.
enum class Lags { of_running, of_all };

// Sets the gauges of the stages' lag, and of the records in flight. A lag that the log cannot tell
// now stays as it is. May take as long as the log's time-outs.
void publish_lag(
    eventlog::EventLog& log,
    const std::vector<StageSpec>& stages,
    telemetry::Metrics& metrics,
    Lags lags = Lags::of_running
);

}  // namespace flightcast::pipeline
