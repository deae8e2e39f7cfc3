// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::eventlog {

// A group and the topics that it reads.
struct GroupTopics {
    std::string group;
    std::vector<std::string> topics;
};

// How far one group is in one partition.
struct PartitionLag {
    std::string group{};
    TopicPartition at;
    std::optional<Offset> committed{};  // none: the group has read nothing yet
    Offset end;
    std::int64_t records = 0;  // kept by the log and yet to be read; never negative
};

// The lag of a group with the positions `committed` in one partition of `topic`; without the name
// of the group. Records that the log has removed are not counted.
[[nodiscard]] PartitionLag lag_in(
    const std::string& topic, const PartitionRange& range, const std::vector<Position>& committed
);

// The lag in every partition of the topics, in their order. The log's error; Errc::not_found names
// a missing topic. May take as long as the log's time-outs.
[[nodiscard]] base::Result<std::vector<PartitionLag>> lags_of(
    Admin& admin, const GroupTopics& read
);

// The number of records that wait for the group, with the errors of lags_of().
[[nodiscard]] base::Result<std::int64_t> lag_of(Admin& admin, const GroupTopics& read);

}  // namespace flightcast::eventlog
