// SPDX-License-Identifier: Apache-2.0
#include "loadtest/schedule.h"

#include <gtest/gtest.h>

namespace flightcast::loadtest {
namespace {

using namespace std::chrono_literals;
using base::SteadyTime;

constexpr SteadyTime kStart{1h};

std::uint64_t take_all_due(Schedule& schedule, SteadyTime now) {
    std::uint64_t count = 0;
    for (auto due = schedule.next(now); due && *due <= now; due = schedule.next(now)) {
        schedule.advance();
        ++count;
    }
    return count;
}

TEST(Schedule, EmptyRunsHaveNothingDue) {
    // Goal: no time or no requests: nothing to send, at any rate.
    for (const double rate : {0.0, 100.0}) {
        EXPECT_FALSE(Schedule({.per_second = rate}, kStart).next(kStart));
        EXPECT_FALSE(
            Schedule({.per_second = rate, .duration = 1s, .requests = 0}, kStart).next(kStart)
        );
    }
}

TEST(Schedule, AStallDelaysNoIntendedTime) {
    // Goal: no coordinated omission. After a stall of 5 s the requests that were due in it are
    // still there, each with the time at which it was meant to be sent.
    Schedule schedule({.per_second = 10, .duration = 10s}, kStart);
    EXPECT_EQ(take_all_due(schedule, kStart), 1U);
    const SteadyTime after_stall = kStart + 5s;
    for (int i = 1; i <= 50; ++i) {
        EXPECT_EQ(schedule.next(after_stall), kStart + i * 100ms);
        schedule.advance();
    }
    EXPECT_EQ(schedule.next(after_stall), kStart + 5'100ms);
}

TEST(Schedule, TheGridDoesNotDrift) {
    // Goal: a rate whose step is no whole microsecond sends exactly rate x time requests.
    Schedule schedule({.per_second = 30'000.0, .warmup = 20s, .duration = 100s}, kStart);
    EXPECT_EQ(take_all_due(schedule, kStart + 1'000s), 3'600'000U);
    EXPECT_FALSE(schedule.next(kStart + 1'000s));
}

TEST(Schedule, WarmupIsSentButNotMeasured) {
    // Goal: the measured part starts after the warm-up and has the full duration.
    Schedule schedule({.per_second = 10, .warmup = 2s, .duration = 3s}, kStart);
    int measured = 0;
    int sent = 0;
    while (const auto due = schedule.next(kStart + 1h)) {
        measured += schedule.is_measured(*due) ? 1 : 0;
        ++sent;
        schedule.advance();
    }
    EXPECT_EQ(sent, 50);
    EXPECT_EQ(measured, 30);
}

TEST(Schedule, RequestsAreCountedExactly) {
    // Goal: with a number of requests, time ends nothing.
    Schedule paced({.per_second = 10, .duration = 1s, .requests = 25}, kStart);
    EXPECT_EQ(take_all_due(paced, kStart + 1h), 25U);
    Schedule at_once({.requests = 25}, kStart);
    EXPECT_EQ(take_all_due(at_once, kStart + 1h), 25U);
    EXPECT_TRUE(at_once.is_measured(kStart + 2h));
}

TEST(Schedule, AsFastAsPossibleIsDueNowUntilTheEnd) {
    // Goal: rate 0 is a closed loop: always due, until warm-up and duration are over.
    const Schedule schedule({.warmup = 1s, .duration = 2s}, kStart);
    EXPECT_EQ(schedule.next(kStart + 2'999ms), kStart + 2'999ms);
    EXPECT_FALSE(schedule.next(kStart + 3s));
}

}  // namespace
}  // namespace flightcast::loadtest
