// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/event_loop.h"

#include <gtest/gtest.h>

#include <string>

namespace flightcast::loadtest::net {
namespace {

using namespace std::chrono_literals;

class EventLoopTest : public testing::Test {
  protected:
    base::ManualClock clock_;
    EventLoop loop_{clock_};
    std::string called_;
    Timer a_{loop_, [this] { called_ += 'a'; }};
    Timer b_{loop_, [this] { called_ += 'b'; }};
};

TEST_F(EventLoopTest, TimersComeOnceAndInTheirOrder) {
    // Goal: neither early nor twice; setting again replaces, cancelling forgets.
    a_.set(loop_.now() + 20us);
    b_.set(loop_.now() + 10us);
    loop_.poll();
    EXPECT_EQ(called_, "");
    clock_.advance(20us);
    loop_.poll();
    EXPECT_EQ(called_, "ba");
    loop_.poll();
    EXPECT_EQ(called_, "ba");

    a_.set(loop_.now() + 10us);
    a_.set(loop_.now() + 30us);
    b_.set(loop_.now() + 10us);
    b_.cancel();
    clock_.advance(20us);
    loop_.poll();
    EXPECT_EQ(called_, "ba");
    EXPECT_EQ(b_.due(), base::kNoDeadline);
    clock_.advance(20us);
    loop_.poll();
    EXPECT_EQ(called_, "baa");
}

TEST_F(EventLoopTest, ATimerThatGoesAwayIsNotCalled) {
    // Goal: its destructor takes it out of the loop.
    {
        const Timer gone(loop_, [this] { called_ += 'x'; });
        Timer brief(loop_, [this] { called_ += 'y'; });
        brief.set(loop_.now());
    }
    clock_.advance(1s);
    loop_.poll();
    EXPECT_EQ(called_, "");
}

TEST_F(EventLoopTest, PostedTasksRunInTheNextRound) {
    // Goal: not inside the caller, and one that is posted by a task not in the same round.
    loop_.post([this] {
        called_ += '1';
        loop_.post([this] { called_ += '2'; });
    });
    EXPECT_EQ(called_, "");
    loop_.wait();  // Does not sleep: there is something to do.
    EXPECT_EQ(called_, "1");
    loop_.wait();
    EXPECT_EQ(called_, "12");
}

}  // namespace
}  // namespace flightcast::loadtest::net
