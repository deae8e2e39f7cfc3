// SPDX-License-Identifier: Apache-2.0
#include "eventlog/lag.h"

#include <gtest/gtest.h>

#include <vector>

#include "eventlog/positions.h"

namespace flightcast::eventlog {
namespace {

const TopicPartition kAt{"t", PartitionId(0)};

// Goal: only kept records wait for a group, and never fewer than none, whatever its position is.
TEST(Lag, CountsKeptRecordsAlone) {
    struct Case {
        const char* name;
        std::optional<std::int64_t> committed;
        std::int64_t first, end, records;
    };
    const std::vector<Case> cases = {
        {"nothing read of an empty topic", std::nullopt, 0, 0, 0},
        {"nothing read", std::nullopt, 0, 7, 7},
        {"nothing read, some removed", std::nullopt, 3, 7, 4},
        {"some read", 5, 0, 7, 2},
        {"all read", 7, 0, 7, 0},
        {"unread records removed", 2, 4, 7, 3},
        {"position ahead of the end that was read before", 10, 0, 7, 0},
        {"all removed", 2, 7, 7, 0},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        std::vector<Position> committed = {{{"other", PartitionId(0)}, Offset(1)}};
        if (c.committed) committed.push_back({kAt, Offset(*c.committed)});
        const PartitionLag lag =
            lag_in("t", {PartitionId(0), Offset(c.first), Offset(c.end)}, committed);
        EXPECT_EQ(lag.at, kAt);
        EXPECT_EQ(lag.end, Offset(c.end));
        EXPECT_EQ(lag.committed.has_value(), c.committed.has_value());
        EXPECT_EQ(lag.records, c.records);
    }
}

// Goal: a reader has reached the ends when it is at or past each of them, and not before it knows
// its place in all of their partitions.
TEST(Positions, TellWhetherTheEndsAreReached) {
    const TopicPartition second{"t", PartitionId(1)};
    const std::vector<Position> ends = {{kAt, Offset(3)}, {second, Offset(0)}};
    EXPECT_TRUE(has_reached({}, {}));
    EXPECT_FALSE(has_reached({}, ends));
    EXPECT_FALSE(has_reached({{kAt, Offset(3)}}, ends));
    EXPECT_FALSE(has_reached({{kAt, Offset(2)}, {second, Offset(0)}}, ends));
    EXPECT_TRUE(has_reached({{second, Offset(0)}, {kAt, Offset(3)}}, ends));
    EXPECT_TRUE(has_reached({{kAt, Offset(9)}, {second, Offset(1)}}, ends));
}

}  // namespace
}  // namespace flightcast::eventlog
