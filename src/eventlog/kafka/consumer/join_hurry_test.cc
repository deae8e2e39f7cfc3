// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/consumer/join_hurry.h"

#include <gtest/gtest.h>

#include <vector>

namespace flightcast::eventlog::kafka {
namespace {

using namespace std::chrono_literals;

struct Look {
    std::chrono::milliseconds at;
    const char* round;
    bool is_due;
};

void expect(const std::vector<Look>& looks) {
    JoinHurry hurry;
    hurry.begin("left");
    for (const Look& look : looks) {
        EXPECT_EQ(hurry.is_due(look.round, JoinHurry::Time{} + look.at), look.is_due)
            << look.round << " at " << look.at.count() << " ms";
    }
}

// Goal: the round that was left is never hurried, however long it lasts.
TEST(JoinHurry, LeavesTheOldRoundAlone) {
    expect({{0ms, "left", false}, {10s, "left", false}});
}

// Goal: a new round has time to bring its partitions, from the moment at which it was seen; then it
// is hurried, once.
TEST(JoinHurry, HurriesARoundOnce) {
    expect(
        {{1s, "a", false},
         {1'199ms, "a", false},
         {1'200ms, "a", true},
         {1'201ms, "a", false},
         {9s, "a", false}}
    );
}

// Goal: each round that is cut short by the next one begins the time anew.
TEST(JoinHurry, CountsFromTheLatestRound) {
    expect(
        {{0ms, "a", false},
         {150ms, "b", false},
         {300ms, "b", false},
         {350ms, "b", true},
         {400ms, "c", false},
         {600ms, "c", true}}
    );
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
