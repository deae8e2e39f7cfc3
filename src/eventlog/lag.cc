// SPDX-License-Identifier: Apache-2.0
#include "eventlog/lag.h"

#include <algorithm>

#include "eventlog/positions.h"

namespace flightcast::eventlog {

using base::Result;

PartitionLag lag_in(
    const std::string& topic, const PartitionRange& range, const std::vector<Position>& committed
) {
    PartitionLag lag{.at = {topic, range.partition}, .end = range.end};
    lag.committed = find_position(committed, lag.at);
    const Offset next = std::max(range.first, lag.committed.value_or(range.first));
    lag.records = std::max<std::int64_t>(range.end.value() - next.value(), 0);
    return lag;
}

Result<std::vector<PartitionLag>> lags_of(Admin& admin, const GroupTopics& read) {
    // Positions first: read after the ends, they could be ahead of them.
    FC_TRY(const std::vector<Position> committed, admin.committed(read.group, read.topics));
    std::vector<PartitionLag> lags;
    for (const std::string& topic : read.topics) {
        FC_TRY(const std::vector<PartitionRange> ranges, admin.ranges(topic));
        for (const PartitionRange& range : ranges) {
            lags.push_back(lag_in(topic, range, committed));
            lags.back().group = read.group;
        }
    }
    return lags;
}

Result<std::int64_t> lag_of(Admin& admin, const GroupTopics& read) {
    FC_TRY(const std::vector<PartitionLag> lags, lags_of(admin, read));
    std::int64_t records = 0;
    for (const PartitionLag& lag : lags) records += lag.records;
    return records;
}

}  // namespace flightcast::eventlog
