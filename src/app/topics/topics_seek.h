// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/topics/topics_report.h"
#include "app/topics/topics_source.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::app::topics {

// Moves groups to where they shall go on in each of their topics. Errc::unavailable while members
// of one are at work, Errc::unsupported for an embedded log, whose server is its groups' member.
[[nodiscard]] base::Result<void> seek_groups(
    TopicsSource& source,
    const std::vector<eventlog::GroupTopics>& groups,
    const eventlog::Start& to
);

// Moves one group to these positions, with the same errors.
[[nodiscard]] base::Result<void> move_group(
    TopicsSource& source, const std::string& group, std::vector<eventlog::Position> positions
);

}  // namespace flightcast::app::topics
