// SPDX-License-Identifier: Apache-2.0
#include "gateway/operations/scoring_watch.h"

#include <gtest/gtest.h>

#include <chrono>

namespace flightcast::gateway::operations {
namespace {

using namespace std::chrono_literals;
using Change = ScoringWatch::Change;

// Goal: flights without any outcome for half a minute are told once, and the first outcome after
// that is told within a second.
TEST(ScoringWatch, TellsThatNobodyScores) {
    ScoringWatch watch;
    const base::SteadyTime start{1h};
    EXPECT_FALSE(watch.next_deadline());
    for (int i = 0; i < 5; ++i) watch.accepted(7, start + i * 1s);
    EXPECT_EQ(watch.next_deadline(), start + 30s);
    EXPECT_EQ(watch.expire(7, start + 29s), Change::none);
    EXPECT_EQ(watch.expire(7, start + 30s), Change::failing);
    EXPECT_EQ(watch.waiting(), 5U);
    EXPECT_EQ(watch.expire(7, start + 31s), Change::none);
    watch.accepted(7, start + 31s);
    EXPECT_EQ(watch.waiting(), 6U);
    EXPECT_EQ(watch.expire(8, start + 32s), Change::working);
    EXPECT_FALSE(watch.next_deadline());
}

// Goal: whoever scores late, or is asked again and again, raises no alarm; neither does silence.
TEST(ScoringWatch, IsQuietWhileOutcomesCome) {
    ScoringWatch watch;
    base::SteadyTime now{1h};
    std::uint64_t arrivals = 0;
    for (int i = 0; i < 500; ++i) {
        watch.accepted(arrivals, now);
        now += 29s;
        EXPECT_EQ(watch.expire(arrivals, now), Change::none) << i;
        ++arrivals;
        now += 1s;
        EXPECT_EQ(watch.expire(arrivals, now), Change::none) << i;
    }
    EXPECT_EQ(watch.expire(arrivals, now + 24h), Change::none);
}

// Goal: an outcome that comes while it is failing is not lost sight of by another flight.
TEST(ScoringWatch, RecoversUnderLoad) {
    ScoringWatch watch;
    base::SteadyTime now{1h};
    watch.accepted(0, now);
    EXPECT_EQ(watch.expire(0, now += 30s), Change::failing);
    watch.accepted(1, now += 500ms);
    EXPECT_EQ(watch.expire(1, now += 500ms), Change::working);
}

}  // namespace
}  // namespace flightcast::gateway::operations
