// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/topics/topics_source.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::app::topics {

// The topics on which requests and their outcomes stand.
struct FlightTopics {
    std::string requests;
    std::vector<std::string> outcomes;
    // One of the outcomes' that need not exist: where no request has failed yet.
    std::string may_be_missing{};
};

// Which requests have no outcome.
struct Unanswered {
    // For each partition of the requests its first request without an outcome, else its end.
    std::vector<eventlog::Position> positions;
    std::int64_t waiting = 0;         // requests without an outcome
    std::int64_t answered_again = 0;  // requests behind such a one that have an outcome
};

// Looks at all requests from `since` on, up to the ends that their partitions have at the call. A
// request that names no UUID is passed over: its outcome cannot be told. Errc::full for more than
// kUnansweredOutcomesMax outcomes.
//
// What is asked or answered meanwhile may be missed, so that a request counts as waiting that is
// not: whoever else answers should be stopped.
[[nodiscard]] base::Result<Unanswered> find_unanswered(
    TopicsSource& source, const FlightTopics& topics, const eventlog::Start& since
);

// "2 requests wait for an outcome; 5 behind the first of them have one and will be answered again."
[[nodiscard]] std::string unanswered_text(const Unanswered& found);

}  // namespace flightcast::app::topics
