// SPDX-License-Identifier: Apache-2.0
#include "telemetry/repeat_limiter.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace flightcast::telemetry {
namespace {

using namespace std::chrono_literals;

class RepeatLimiterTest : public testing::Test {
  protected:
    // Comes ten times a second; how many of `count` may be written.
    std::size_t written(const std::string& message, std::size_t count) {
        std::size_t passed = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const auto pass = limiter_.admit(message, clock_.steady_now());
            if (pass) left_out_ += pass->left_out;
            if (pass) ++passed;
            clock_.advance(100ms);
        }
        return passed;
    }

    base::ManualClock clock_;
    RepeatLimiter limiter_;
    std::size_t left_out_ = 0;
};

// Goal: a message that repeats is written a few times a minute; none is lost from the count.
TEST_F(RepeatLimiterTest, WritesAFewAMinute) {
    EXPECT_EQ(written("full", 600), base::limits::kRepeatedLinesMax);
    EXPECT_EQ(left_out_, 0U);
    EXPECT_EQ(written("full", 600), base::limits::kRepeatedLinesMax);
    EXPECT_EQ(left_out_, 600 - base::limits::kRepeatedLinesMax);
}

// Goal: a message that changes is always written, whatever else repeats.
TEST_F(RepeatLimiterTest, LeavesSeldomMessagesAlone) {
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(written("bad", 1), 1U);
        EXPECT_EQ(written("good", 1), 1U);
        EXPECT_LE(written("noise", 300), base::limits::kRepeatedLinesMax);
    }
}

// Goal: the last line of a minute is known as such, so that it can say that others are left out.
TEST_F(RepeatLimiterTest, KnowsTheLastOfAMinute) {
    for (std::size_t i = 1; i < base::limits::kRepeatedLinesMax; ++i) {
        EXPECT_FALSE(limiter_.admit("m", clock_.steady_now())->is_last);
    }
    EXPECT_TRUE(limiter_.admit("m", clock_.steady_now())->is_last);
    EXPECT_FALSE(limiter_.admit("m", clock_.steady_now()).has_value());
}

// Goal: many different messages take bounded room, and the one that was silent longest gives way.
TEST_F(RepeatLimiterTest, ForgetsTheOldest) {
    EXPECT_EQ(written("first", 10), base::limits::kRepeatedLinesMax);
    for (std::size_t i = 0; i + 1 < base::limits::kRepeatedMessagesMax; ++i) {
        EXPECT_TRUE(limiter_.admit(std::to_string(i), clock_.steady_now()).has_value());
    }
    EXPECT_FALSE(limiter_.admit("first", clock_.steady_now()).has_value());
    EXPECT_TRUE(limiter_.admit("one more", clock_.steady_now()).has_value());  // Takes "0"'s place.
    for (std::size_t i = 0; i < base::limits::kRepeatedLinesMax; ++i) {
        EXPECT_TRUE(limiter_.admit("0", clock_.steady_now()).has_value()) << i;
    }
}

}  // namespace
}  // namespace flightcast::telemetry
