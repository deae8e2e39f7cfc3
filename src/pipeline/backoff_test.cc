// SPDX-License-Identifier: Apache-2.0
#include "pipeline/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace flightcast::pipeline {
namespace {

using namespace std::chrono_literals;
using base::SteadyTime;

// Goal: each pause is between half and all of one that doubles up to the bound; a success starts
// over.
TEST(Backoff, DoublesUpToItsBound) {
    const SteadyTime now{1h};
    Backoff backoff({.min = 20ms, .max = 500ms, .seed = 3});
    for (int round = 0; round < 2; ++round) {
        std::chrono::microseconds most = 20ms;
        for (std::size_t failures = 1; failures <= 9; ++failures) {
            const auto pause = backoff.fail(now) - now;
            EXPECT_LE(pause, most);
            EXPECT_GT(pause, most / 2);
            EXPECT_EQ(backoff.failures(), failures);
            most = std::min<std::chrono::microseconds>(most * 2, 500ms);
        }
        backoff.succeed();
        EXPECT_EQ(backoff.failures(), 0U);
    }
}

// Goal: those who fail at the same time do not come back at the same time.
TEST(Backoff, DiffersBySeed) {
    std::set<SteadyTime> ends;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        ends.insert(Backoff({.min = 20ms, .max = 500ms, .seed = seed}).fail(SteadyTime{1h}));
    }
    EXPECT_GT(ends.size(), 15U);
}

}  // namespace
}  // namespace flightcast::pipeline
