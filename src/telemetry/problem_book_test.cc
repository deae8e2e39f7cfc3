// SPDX-License-Identifier: Apache-2.0
#include "telemetry/problem_book.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace flightcast::telemetry {
namespace {

using namespace std::chrono_literals;

class ProblemBookTest : public testing::Test {
  protected:
    void note(LogLevel level, std::string_view message, LogFields fields = {}) {
        time_ += 1s;
        book_.note({time_, level, "scorer", message, LogFieldSpan(fields.begin(), fields.size())});
    }

    base::WallTime time_{};
    ProblemBook book_;
};

// Goal: a message stands once, with its count, its first and last time and the last reason; lines
// below a warning are none.
TEST_F(ProblemBookTest, EachMessageOnce) {
    note(LogLevel::info, "up");
    note(LogLevel::warning, "slow", {{"reason", "disk"}});
    note(LogLevel::error, "away", {{"host", "k1"}, {"port", 9092}});
    note(LogLevel::warning, "slow", {{"reason", "network"}, {"n", 1}});
    const auto problems = book_.problems();
    ASSERT_EQ(problems.size(), 2U);
    EXPECT_EQ(problems[0].message, "slow");
    EXPECT_EQ(problems[0].detail, "network");
    EXPECT_EQ(problems[0].count, 2U);
    EXPECT_EQ(problems[0].first, base::WallTime(2s));
    EXPECT_EQ(problems[0].last, base::WallTime(4s));
    EXPECT_EQ(problems[1].level, LogLevel::error);
    EXPECT_EQ(problems[1].detail, "host=k1 port=9092");
}

// Goal: the book is bounded in messages and in bytes; the longest silent gives way.
TEST_F(ProblemBookTest, Bounded) {
    const std::string longer(2 * base::limits::kProblemBytesMax, 'x');
    for (std::size_t i = 0; i <= base::limits::kProblemsKept; ++i) {
        note(LogLevel::error, "m" + std::to_string(i), {{"reason", longer}});
    }
    const auto problems = book_.problems();
    ASSERT_EQ(problems.size(), base::limits::kProblemsKept);
    EXPECT_EQ(problems.back().message, "m1");
    EXPECT_EQ(problems.front().detail.size(), base::limits::kProblemBytesMax + 3);
}

}  // namespace
}  // namespace flightcast::telemetry
