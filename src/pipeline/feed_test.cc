// SPDX-License-Identifier: Apache-2.0
#include "pipeline/feed.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "eventlog/memory/memory_log_testing.h"

namespace flightcast::pipeline {
namespace {

using base::Errc;
using eventlog::Record;

struct FeedTest : eventlog::memory::MemoryLogTest {
    std::vector<std::string> taken;
    bool refuses = false;

    void SetUp() override { create({"t"}); }
    Feed open(std::size_t batch_max) {
        return Feed(
            eventlog::open_replay(
                *log, {.topics = {"t"}, .behind_group = "g", .window = {}}, clock.wall_now()
            )
                .value(),
            [this](const std::vector<Record>& records) -> base::Result<void> {
                if (refuses) return base::fail(Errc::full, "no room");
                for (const Record& record : records) taken.push_back(*record.value);
                return {};
            },
            {.batch_max = batch_max, .backoff = {}}
        );
    }
};

// Goal: a feed hands on all records in order, and has caught up after the last one that was there
// when it was opened, not after those that come meanwhile.
TEST_F(FeedTest, CatchesUpAndGoesOn) {
    append("t", "0");
    append("t", "1");
    Feed feed = open(1);
    append("t", "2");
    EXPECT_FALSE(feed.caught_up());
    EXPECT_EQ(feed.step(clock.steady_now()), Step::worked);
    EXPECT_FALSE(feed.caught_up());
    EXPECT_EQ(feed.step(clock.steady_now()), Step::worked);
    EXPECT_TRUE(feed.caught_up());
    EXPECT_EQ(feed.step(clock.steady_now()), Step::worked);
    EXPECT_EQ(feed.step(clock.steady_now()), Step::idle);
    EXPECT_EQ(taken, (std::vector<std::string>{"0", "1", "2"}));
    bool is_woken = false;
    feed.on_ready([&is_woken] { is_woken = true; });
    append("t", "3");
    EXPECT_TRUE(is_woken);
    EXPECT_EQ(feed.step(clock.steady_now()), Step::worked);
    EXPECT_TRUE(feed.caught_up());
    feed.on_ready({});
}

// Goal: an empty log is caught up with at once.
TEST_F(FeedTest, HasCaughtUpWithNothing) {
    EXPECT_TRUE(open(1).caught_up());
}

// Goal: records that were refused come again after a pause, each once, and meanwhile none is
// skipped and the reason is told.
TEST_F(FeedTest, RepeatsWhatWasRefused) {
    append("t", "0");
    append("t", "1");
    Feed feed = open(1);
    refuses = true;
    for (std::size_t i = 1; i <= 3; ++i) {
        EXPECT_EQ(feed.step(clock.steady_now()), Step::backing_off);
        EXPECT_EQ(feed.failures(), i);
        ASSERT_TRUE(feed.trouble());
        EXPECT_EQ(feed.trouble()->code, Errc::full);
        EXPECT_GT(feed.retry_at(), clock.steady_now());
        EXPECT_EQ(feed.step(clock.steady_now()), Step::backing_off);
        EXPECT_EQ(feed.failures(), i);  // Not due yet, so not tried.
        clock.advance(feed.retry_at() - clock.steady_now());
    }
    refuses = false;
    EXPECT_FALSE(feed.caught_up());
    EXPECT_EQ(feed.step(clock.steady_now()), Step::worked);
    EXPECT_FALSE(feed.trouble());
    EXPECT_EQ(feed.failures(), 0U);
    EXPECT_EQ(feed.step(clock.steady_now()), Step::worked);
    EXPECT_TRUE(feed.caught_up());
    EXPECT_EQ(taken, (std::vector<std::string>{"0", "1"}));
}

}  // namespace
}  // namespace flightcast::pipeline
