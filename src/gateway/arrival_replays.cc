// SPDX-License-Identifier: Apache-2.0
#include "gateway/arrival_replays.h"

#include <utility>

#include "base/limits.h"
#include "gateway/days_feed.h"

namespace flightcast::gateway {

base::Result<ArrivalReplays> open_arrivals(
    eventlog::EventLog& log, const flight::TopicSet& topics, base::WallTime now
) {
    const eventlog::ReplayOptions judged{
        .topics = {topics.evaluation},
        .behind_group = {},
        .window = base::limits::kEvaluationRetention
    };
    const eventlog::ReplayOptions reported{
        .topics = {topics.arrival}, .behind_group = {}, .window = DaysFeed::kWindow
    };
    FC_TRY(eventlog::Replay evaluations, eventlog::open_replay(log, judged, now));
    FC_TRY(eventlog::Replay arrivals, eventlog::open_replay(log, reported, now));
    return ArrivalReplays{std::move(evaluations), std::move(arrivals)};
}

}  // namespace flightcast::gateway
