// SPDX-License-Identifier: Apache-2.0
#include "gateway/operations/submission_watch.h"

#include <gtest/gtest.h>

#include <chrono>

namespace flightcast::gateway::operations {
namespace {

using namespace std::chrono_literals;
using accept::Fate;
using Change = SubmissionWatch::Change;

// Goal: three moments in a row without a flight accepted are trouble, told once; the next accepted
// one is its end. An invalid flight says nothing about the log, and one refused batch is one
// moment.
TEST(SubmissionWatch, TellsTroubleAndItsEnd) {
    SubmissionWatch watch;
    base::SteadyTime now{1h};
    for (int i = 0; i < 1'000; ++i) EXPECT_EQ(watch.note(Fate::full, now), Change::none);
    EXPECT_EQ(watch.note(Fate::accepted, now += 1ms), Change::none);
    EXPECT_EQ(watch.note(Fate::unknown, now += 1ms), Change::none);
    EXPECT_EQ(watch.note(Fate::full, now += 1ms), Change::none);
    EXPECT_EQ(watch.note(Fate::invalid, now += 1ms), Change::none);
    EXPECT_FALSE(watch.failing());
    EXPECT_EQ(watch.note(Fate::unknown, now += 1ms), Change::failing);
    EXPECT_EQ(watch.note(Fate::unknown, now += 1ms), Change::none);
    EXPECT_TRUE(watch.failing());
    EXPECT_EQ(watch.note(Fate::accepted, now += 1ms), Change::working);
    EXPECT_FALSE(watch.next_deadline());
}

// Goal: a gateway that nobody asks any more, because it is not ready, becomes ready to be asked.
TEST(SubmissionWatch, ForgetsAfterAWhile) {
    SubmissionWatch watch;
    base::SteadyTime now{1h};
    for (int i = 0; i < 3; ++i) watch.note(Fate::unknown, now += 1s);
    ASSERT_TRUE(watch.failing());
    ASSERT_EQ(watch.next_deadline(), now + 10s);
    EXPECT_EQ(watch.expire(now + 9s), Change::none);
    EXPECT_EQ(watch.expire(now + 10s), Change::working);
    EXPECT_EQ(watch.expire(now + 11s), Change::none);
}

}  // namespace
}  // namespace flightcast::gateway::operations
