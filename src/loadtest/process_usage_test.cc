// SPDX-License-Identifier: Apache-2.0
#include "loadtest/process_usage.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace flightcast::loadtest {
namespace {

TEST(ProcessUsage, NoSuchProcess) {
    // Goal: a pid that cannot exist is an error that names it.
    const auto usage = read_process_usage(-1);
    ASSERT_FALSE(usage.has_value());
    EXPECT_EQ(usage.error().code, base::Errc::not_found);
    EXPECT_NE(usage.error().detail.find("-1"), std::string::npos);
}

TEST(ProcessUsage, OwnProcess) {
    // Goal: memory is in bytes and the peak is not below the present; CPU time agrees with
    // getrusage to the resolution of /proc, a few hundredths of a second.
    const auto usage = read_process_usage(::getpid());
    ASSERT_TRUE(usage.has_value());
    EXPECT_GT(usage->resident_bytes, 1'000'000U);
    EXPECT_GE(usage->resident_bytes_peak + 1'000'000, usage->resident_bytes);
    EXPECT_NEAR(usage->cpu_seconds, own_cpu_seconds(), 0.1);
}

}  // namespace
}  // namespace flightcast::loadtest
