// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/topics/topics_source.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::app::topics {

// Takes one record; an error ends the reading.
using TakeRecord = std::function<base::Result<void>(const eventlog::Record&)>;

// Hands over the records of a topic from `start` on, up to the ends that its partitions have at the
// call, and records that came behind them meanwhile.
[[nodiscard]] base::Result<void> read_to_end(
    TopicsSource& source,
    const std::string& topic,
    const eventlog::Start& start,
    const TakeRecord& take
);

}  // namespace flightcast::app::topics
