// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include "flight/topics/topic_set.h"
#include "history/history_store.h"
#include "pipeline/stage_spec.h"

namespace flightcast::history {

// The parts that the historian of a process works with.
struct HistorianParts {
    HistoryStore& store;  // outlives the stage
    std::string place{};  // for people, in the line at the start
};

// Or why there is no historian in this process.
using HistorianOrReason = std::expected<HistorianParts, std::string>;

// The row of the stage that keeps arrivals and evaluations for longer than the log. Telling the
// store the same records twice changes nothing, so a crash only repeats work. It has a pace, since
// nothing waits for it, and a worker of its own where the store is a server.
[[nodiscard]] pipeline::StageSpec historian_stage(
    const flight::TopicSet& topics, std::string group, HistorianOrReason parts
);

}  // namespace flightcast::history
