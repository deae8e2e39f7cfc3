// SPDX-License-Identifier: Apache-2.0
#include "eventlog/positions.h"

#include <algorithm>

namespace flightcast::eventlog {

using base::Result;

std::optional<Offset> find_position(
    const std::vector<Position>& positions, const TopicPartition& at
) {
    const auto found = std::ranges::find(positions, at, &Position::at);
    return found == positions.end() ? std::nullopt : std::optional(found->next);
}

Result<std::vector<Position>> ends_of(Admin& admin, const std::vector<std::string>& topics) {
    std::vector<Position> ends;
    for (const std::string& topic : topics) {
        FC_TRY(const std::vector<PartitionRange> ranges, admin.ranges(topic));
        for (const PartitionRange& range : ranges) {
            ends.push_back({{topic, range.partition}, range.end});
        }
    }
    return ends;
}

bool has_reached(const std::vector<Position>& positions, const std::vector<Position>& ends) {
    return std::ranges::all_of(ends, [&positions](const Position& end) {
        const std::optional<Offset> next = find_position(positions, end.at);
        return next && *next >= end.next;
    });
}

}  // namespace flightcast::eventlog
