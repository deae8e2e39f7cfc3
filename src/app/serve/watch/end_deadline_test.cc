// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/end_deadline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

namespace flightcast::app::serve {
namespace {

using namespace std::chrono_literals;

// Goal: an end that takes too long is cut off, once, however often it begins.
TEST(EndDeadline, ExpiresOnce) {
    std::atomic<int> times = 0;
    std::promise<void> expired;
    auto deadline = std::make_unique<EndDeadline>([&] {
        if (++times == 1) expired.set_value();
    });
    deadline->begin(1ms);
    deadline->begin(0ms);
    expired.get_future().wait();
    deadline.reset();
    EXPECT_EQ(times, 1);
}

// Goal: an end in time is not cut off, and neither is a process that does not end.
TEST(EndDeadline, IsOffOnceTheEndIsReached) {
    bool has_expired = false;
    {
        EndDeadline deadline([&] { has_expired = true; });
        deadline.begin(1h);
        const EndDeadline never([&] { has_expired = true; });
    }
    EXPECT_FALSE(has_expired);
}

}  // namespace
}  // namespace flightcast::app::serve
