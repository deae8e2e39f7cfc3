// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "eventlog/kafka_model/chaos_testing.h"

namespace flightcast::eventlog::kafka_model {
namespace {

constexpr std::uint64_t kRuns = 60;

// Goal: with transactions every request is answered exactly once, whatever happens.
TEST(Chaos, ExactlyOnce) {
    for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
        const ChaosVerdict verdict = run_chaos(seed, true);
        EXPECT_TRUE(verdict.is_kept(true)) << "seed " << seed << ": " << verdict;
    }
}

// Goal: without them every request is answered.
TEST(Chaos, AtLeastOnce) {
    for (std::uint64_t seed = 1; seed <= kRuns; ++seed) {
        const ChaosVerdict verdict = run_chaos(seed, false);
        EXPECT_TRUE(verdict.is_kept(false)) << "seed " << seed << ": " << verdict;
    }
}

}  // namespace
}  // namespace flightcast::eventlog::kafka_model
