// SPDX-License-Identifier: Apache-2.0
#include "app/serve/engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <semaphore>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "scoring/stage.h"

namespace flightcast::app::serve {
namespace {

using base::Errc;
using eventlog::Record;

// A log with one record, again and again, that takes no publish until it is told to; each poll
// waits until the test lets it.
struct StubbornReader final : eventlog::GroupReader {
    std::counting_semaphore<> polls_allowed{0};
    std::counting_semaphore<> polls_begun{0};
    std::atomic<bool> is_taking = false;
    std::atomic<bool> is_over = false;  // nothing comes any more

    base::Result<std::vector<Record>> poll(std::size_t /*records_max*/) override {
        if (is_over) return std::vector<Record>();
        polls_begun.release();
        polls_allowed.acquire();
        return std::vector<Record>(1);
    }
    void on_ready(std::function<void()> /*wake*/) override {}
    [[nodiscard]] std::vector<eventlog::Position> positions() const override { return {}; }
    base::Result<void> publish(
        std::vector<eventlog::NewRecord> /*outputs*/,
        std::vector<eventlog::Position> /*consumed*/,
        eventlog::Done done
    ) override {
        if (!is_taking) return base::fail(Errc::io, "the topic is full");
        done({});
        return {};
    }
    base::Result<void> rewind() override { return {}; }
    void on_revoke(
        std::function<void(const std::vector<eventlog::TopicPartition>&)> /*revoked*/
    ) override {}
};

// Goal: a failure or two are kept to itself; when nothing can be published others are told which
// stage and why, until something is.
TEST(Engine, TellsWhenAStageIsStuck) {
    base::SystemClock clock;
    telemetry::Log log{{.level = telemetry::LogLevel::error, .out = stdout}, clock};
    StubbornReader reader;
    scoring::Stage stage(
        reader,
        [](const std::vector<Record>&) { return std::vector<eventlog::NewRecord>(1); },
        clock
    );
    Engine engine({
        .stages = {{"scorer", stage, reader}},
        .chores = {},
        .clock = clock,
        .logger = log.stage("test"),
        .on_end = {},
    });
    // Once a poll has begun, all before it has been noted.
    const auto poll_again = [&] {
        reader.polls_allowed.release();
        reader.polls_begun.acquire();
    };
    engine.start();
    reader.polls_begun.acquire();
    poll_again();
    poll_again();
    EXPECT_FALSE(engine.trouble());
    poll_again();
    ASSERT_TRUE(engine.trouble());
    EXPECT_EQ(engine.trouble()->detail, "scorer: the topic is full");
    reader.is_taking = true;
    poll_again();
    EXPECT_TRUE(engine.trouble());  // It learns of its success with its next step.
    poll_again();
    EXPECT_FALSE(engine.trouble());
    reader.is_over = true;
    reader.polls_allowed.release();
    engine.stop(std::chrono::seconds(5));
}

}  // namespace
}  // namespace flightcast::app::serve
