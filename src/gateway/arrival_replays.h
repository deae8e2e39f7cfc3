// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/replay.h"
#include "flight/topics/topic_set.h"

namespace flightcast::gateway {

// The news of flights after they were asked about.
struct ArrivalReplays {
    eventlog::Replay evaluations;
    eventlog::Replay arrivals;
};

// Both from as long ago as figures and the days' state need them. Waits for the log's answers; the
// error is the log's.
[[nodiscard]] base::Result<ArrivalReplays> open_arrivals(
    eventlog::EventLog& log, const flight::TopicSet& topics, base::WallTime now
);

}  // namespace flightcast::gateway
