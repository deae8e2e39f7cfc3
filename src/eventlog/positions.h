// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::eventlog {

// The position of the partition `at`; none when `positions` does not name it.
[[nodiscard]] std::optional<Offset> find_position(
    const std::vector<Position>& positions, const TopicPartition& at
);

// The ends of all partitions of `topics`: the offsets of the records to be appended next. The log's
// error; Errc::not_found names a missing topic.
[[nodiscard]] base::Result<std::vector<Position>> ends_of(
    Admin& admin, const std::vector<std::string>& topics
);

// Whether a reader at `positions` has read everything before `ends`.
[[nodiscard]] bool has_reached(
    const std::vector<Position>& positions, const std::vector<Position>& ends
);

}  // namespace flightcast::eventlog
