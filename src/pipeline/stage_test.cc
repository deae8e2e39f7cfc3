// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "eventlog/memory/memory_log_testing.h"

namespace flightcast::pipeline {
namespace {

using base::Errc;
using eventlog::NewRecord;
using eventlog::Record;

constexpr const char* kRequests = "requests";
constexpr const char* kResponses = "responses";

struct StageTest : eventlog::memory::MemoryLogTest {
    void SetUp() override { create({kRequests, kResponses}); }
    static Work echo() {
        return [](const std::vector<Record>& records) -> base::Result<std::vector<NewRecord>> {
            std::vector<NewRecord> outputs;
            for (const Record& record : records) {
                outputs.push_back({.topic = kResponses, .key = record.key, .value = record.value});
            }
            return outputs;
        };
    }
};

// Goal: every record is published once, in order, in batches, with a bounded number under way.
TEST_F(StageTest, PublishesInOrderWithABound) {
    for (int i = 0; i < 5; ++i) append(kRequests, std::to_string(i));
    const auto reader = join({kRequests});
    Stage stage(*reader, echo(), {.batch_max = 1, .in_flight_max = 2});
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::waiting);
    settle();
    EXPECT_EQ(stage.in_flight(), 0U);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
        settle();
    }
    EXPECT_EQ(stage.step(clock.steady_now()), Step::idle);
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"0", "1", "2", "3", "4"}));
}

// Goal: a failed publish is repeated after a pause that grows, nothing is skipped, and all is said
// to be well when it is.
TEST_F(StageTest, RepeatsAfterAFailedPublish) {
    append(kRequests, "0");
    append(kRequests, "1");
    const auto reader = join({kRequests});
    Stage stage(*reader, echo(), {.batch_max = 1});
    storage.fail_commits(2);
    std::chrono::microseconds previous{};
    for (int attempt = 0; attempt < 2; ++attempt) {
        EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
        settle();
        EXPECT_EQ(stage.step(clock.steady_now()), Step::backing_off);
        ASSERT_TRUE(stage.trouble());
        EXPECT_EQ(stage.trouble()->code, Errc::io);
        const auto pause = stage.retry_at() - clock.steady_now();
        EXPECT_GT(pause, previous);
        previous = pause;
        clock.advance(pause);
        EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);  // Goes back.
        EXPECT_TRUE(stage.trouble());                             // Until something is published.
    }
    while (stage.step(clock.steady_now()) != Step::idle) settle();
    EXPECT_FALSE(stage.trouble());
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"0", "1"}));
}

// Goal: where the work manages only small batches in its time, batches shrink until they are small
// enough: all is worked on, in order, and the stage does not count as stuck once it gets on.
TEST_F(StageTest, TakesSmallerBatchesAfterFailures) {
    constexpr std::size_t kManages = 5;
    constexpr int kRecords = 300;
    for (int i = 0; i < kRecords; ++i) append(kRequests, std::to_string(i));
    const auto reader = join({kRequests});
    std::vector<std::size_t> batches;
    const Work slow =
        [&](const std::vector<Record>& records) -> base::Result<std::vector<NewRecord>> {
        batches.push_back(records.size());
        if (records.size() > kManages) return base::fail(Errc::timeout, "no answer in time");
        return echo()(records);
    };
    Stage stage(*reader, slow, {.batch_max = 64});
    std::size_t most_failures = 0;
    for (int i = 0; i < 1'000; ++i) {
        const Step step = stage.step(clock.steady_now());
        settle();
        if (step == Step::idle) break;
        if (batches.size() > 5) most_failures = std::max(most_failures, stage.failures());
        if (step == Step::backing_off) clock.advance(stage.retry_at() - clock.steady_now());
    }
    EXPECT_EQ(
        std::vector(batches.begin(), batches.begin() + 5),
        (std::vector<std::size_t>{64, 32, 16, 8, 4})
    );
    EXPECT_EQ(values(kResponses).size(), static_cast<std::size_t>(kRecords));
    EXPECT_EQ(values(kResponses).back(), std::to_string(kRecords - 1));
    EXPECT_LE(most_failures, 1U);
    EXPECT_FALSE(stage.trouble());
    EXPECT_EQ(stage.failures(), 0U);
}

// Goal: a stage is behind as long as it finds as many records as it takes at once.
TEST_F(StageTest, IsBehindWhileItsBatchesAreFull) {
    for (int i = 0; i < 5; ++i) append(kRequests, std::to_string(i));
    const auto reader = join({kRequests});
    Stage stage(*reader, echo(), {.batch_max = 2});
    for (const bool is_behind : {true, true, false, false}) {
        static_cast<void>(stage.step(clock.steady_now()));
        settle();
        EXPECT_EQ(stage.is_behind(), is_behind);
    }
}

// Goal: a stage that has published as much as may be under way is woken by the next completion:
// where another thread commits the log, nothing else wakes it.
TEST_F(StageTest, IsWokenByTheCompletionThatItWaitsFor) {
    append(kRequests, "0");
    append(kRequests, "1");
    const auto reader = join({kRequests});
    Stage stage(*reader, echo(), {.batch_max = 1, .in_flight_max = 1});
    int wakes = 0;
    stage.on_ready([&wakes] { ++wakes; });
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::waiting);
    wakes = 0;
    settle();
    EXPECT_GE(wakes, 1);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    stage.on_ready({});
}

// Goal: a watcher is told of each batch of outputs, and whether it was published.
TEST_F(StageTest, WatchesWhatIsPublished) {
    std::vector<std::string> told;
    const auto watch = [&told](const std::vector<NewRecord>& outputs) {
        told.push_back("begun " + *outputs.front().value);
        return [&told](const base::Result<void>& result) {
            told.emplace_back(result ? "published" : "failed");
        };
    };
    append(kRequests, "0");
    const auto reader = join({kRequests});
    Stage stage(*reader, echo(), {.watch_publish = watch});
    storage.fail_commits(1);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    settle();
    EXPECT_EQ(stage.step(clock.steady_now()), Step::backing_off);
    clock.advance(stage.retry_at() - clock.steady_now());
    while (stage.step(clock.steady_now()) != Step::idle) settle();
    EXPECT_EQ(told, (std::vector<std::string>{"begun 0", "failed", "begun 0", "published"}));
}

// Goal: outputs that follow from no record are published when the log has no more, and only by the
// member that has a partition; after a failure the source is told before it is asked again.
TEST_F(StageTest, PublishesMoreThanTheRecordsOfItsGroup) {
    std::vector<std::string> more = {"x", "y"};
    int starts_over = 0;
    const auto take = [&more](std::size_t records_max) {
        std::vector<NewRecord> outputs;
        for (; !more.empty() && outputs.size() < records_max; more.erase(more.begin())) {
            outputs.push_back({.topic = kResponses, .key = "k", .value = more.front()});
        }
        return outputs;
    };
    const StageOptions options{.batch_max = 1, .take_more = take, .start_over = [&starts_over] {
                                   ++starts_over;
                               }};
    append(kRequests, "0");
    const auto reader = join({kRequests});
    const auto without_partition =
        log->join_group({.group = "g", .topics = {kRequests}, .instance_id = "b"}).value();
    Stage stage(*reader, echo(), options);
    Stage idle(*without_partition, echo(), options);
    EXPECT_EQ(idle.step(clock.steady_now()), Step::idle);
    while (stage.step(clock.steady_now()) != Step::idle) settle();
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"0", "x", "y"}));
    more = {"z"};
    storage.fail_commits(1);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    settle();
    EXPECT_EQ(stage.step(clock.steady_now()), Step::backing_off);
    clock.advance(stage.retry_at() - clock.steady_now());
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    EXPECT_EQ(starts_over, 1);
}

// A member whose partitions go to another one with its first rewind.
struct LosingReader final : eventlog::GroupReader {
    std::vector<Record> records{{.at = {kRequests, eventlog::PartitionId(0)}, .value = "0"}};

    base::Result<std::vector<Record>> poll(std::size_t /*records_max*/) override { return records; }
    void on_ready(std::function<void()> /*wake*/) override {}
    [[nodiscard]] std::vector<eventlog::Position> positions() const override { return {}; }
    base::Result<void> publish(
        std::vector<NewRecord> /*outputs*/,
        std::vector<eventlog::Position> /*consumed*/,
        eventlog::Done done
    ) override {
        done(base::fail(Errc::unavailable, "no"));
        return {};
    }
    base::Result<void> rewind() override {
        records.clear();
        return {};
    }
};

// Goal: a failure whose work went elsewhere is over after some quiet seconds, not before.
TEST_F(StageTest, IsWellAgainWithoutItsWork) {
    LosingReader reader;
    std::vector<std::size_t> told;
    Stage stage(reader, echo(), {.note_failures = [&told](std::size_t failures) {
                    told.push_back(failures);
                }});
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::backing_off);
    EXPECT_EQ(told, std::vector<std::size_t>{1});
    clock.advance(stage.retry_at() - clock.steady_now());
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);  // Goes back.
    for (int second = 0; second < 5; ++second) {
        EXPECT_EQ(stage.step(clock.steady_now()), Step::idle);
        EXPECT_TRUE(stage.trouble()) << second;
        EXPECT_GT(stage.failures(), 0U) << second;
        clock.advance(std::chrono::seconds(1));
    }
    EXPECT_EQ(stage.step(clock.steady_now()), Step::idle);
    EXPECT_FALSE(stage.trouble());
    EXPECT_EQ(stage.failures(), 0U);
    EXPECT_EQ(told, (std::vector<std::size_t>{1, 0}));
}

// Goal: a record is published when its pause is over and its position with it, a backlog at once;
// a failure or a restart brings back what was held, and nothing is published twice.
TEST_F(StageTest, HoldsRecordsUntilTheyAreDue) {
    using namespace std::chrono_literals;
    const auto hold_new_ones = [](const Record& record) -> std::chrono::microseconds {
        return record.value->starts_with("new") ? 500ms : 0ms;
    };
    append(kRequests, "old");
    append(kRequests, "new 1");
    const auto reader = join({kRequests});
    Stage stage(*reader, echo(), {.holding = {.hold_for = hold_new_ones}});
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    settle();
    EXPECT_EQ(stage.step(clock.steady_now()), Step::holding);
    EXPECT_EQ(stage.retry_at(), clock.steady_now() + 500ms);
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"old"}));
    clock.advance(200ms);
    append(kRequests, "new 2");
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);  // It polled.
    EXPECT_EQ(stage.step(clock.steady_now()), Step::holding);
    EXPECT_EQ(stage.retry_at(), clock.steady_now() + 300ms);
    clock.advance(300ms);
    storage.fail_commits(1);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    settle();
    EXPECT_EQ(stage.step(clock.steady_now()), Step::backing_off);
    clock.advance(stage.retry_at() - clock.steady_now());
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);  // Goes back to "new 1".
    const auto again = join({kRequests});                     // A restart amid that.
    settle();
    Stage restarted(*again, echo(), {.holding = {.hold_for = hold_new_ones}});
    while (restarted.step(clock.steady_now()) != Step::holding) settle();
    clock.advance(500ms);
    EXPECT_EQ(restarted.step(clock.steady_now()), Step::worked);
    settle();
    EXPECT_EQ(restarted.step(clock.steady_now()), Step::idle);
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"old", "new 1", "new 2"}));
}

// Goal: a record that awaits something is worked on once that is there, or when its time is over;
// until then neither it nor a later one of its partition is published.
TEST_F(StageTest, AwaitsWhatItsWorkNeeds) {
    using namespace std::chrono_literals;
    bool is_there = false;
    const auto awaits = [&is_there](const Record& record) {
        return !is_there && record.value->starts_with("after");
    };
    const auto reader = join({kRequests});
    Stage stage(*reader, echo(), {.holding = {.awaits = awaits, .await_most = 1s}});
    append(kRequests, "before");
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    settle();
    append(kRequests, "after 1");
    append(kRequests, "later");
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);  // It polled.
    EXPECT_EQ(stage.step(clock.steady_now()), Step::holding);
    EXPECT_EQ(stage.retry_at(), clock.steady_now() + 1s);
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"before"}));
    is_there = true;
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    settle();
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"before", "after 1", "later"}));
    is_there = false;
    append(kRequests, "after 2");
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::holding);
    clock.advance(1s);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    settle();
    EXPECT_EQ(values(kResponses).back(), "after 2");
    EXPECT_EQ(stage.step(clock.steady_now()), Step::idle);
}

// Goal: with as many records held as may be, no more are polled until some are due.
TEST_F(StageTest, HoldsABoundedNumber) {
    using namespace std::chrono_literals;
    for (int i = 0; i < 5; ++i) append(kRequests, std::to_string(i));
    const auto reader = join({kRequests});
    const auto hold = [](const Record&) -> std::chrono::microseconds { return 500ms; };
    Stage stage(*reader, echo(), {.batch_max = 1, .held_max = 2, .holding = {.hold_for = hold}});
    while (stage.step(clock.steady_now()) != Step::holding) settle();
    EXPECT_EQ(reader->positions().front().next, eventlog::Offset(2));
    for (int i = 0; i < 3; ++i) {
        clock.advance(500ms);
        while (stage.step(clock.steady_now()) == Step::worked) settle();
    }
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"0", "1", "2", "3", "4"}));
}

// A log whose publishes end when the test says so, and which counts how often it is rewound.
struct HeldReader final : eventlog::GroupReader {
    std::vector<eventlog::Done> under_way;
    int rewinds = 0;

    base::Result<std::vector<Record>> poll(std::size_t /*records_max*/) override {
        return std::vector<Record>(1);
    }
    void on_ready(std::function<void()> /*wake*/) override {}
    [[nodiscard]] std::vector<eventlog::Position> positions() const override { return {}; }
    base::Result<void> publish(
        std::vector<NewRecord> /*outputs*/,
        std::vector<eventlog::Position> /*consumed*/,
        eventlog::Done done
    ) override {
        under_way.push_back(std::move(done));
        return {};
    }
    base::Result<void> rewind() override {
        ++rewinds;
        return {};
    }
};

// Goal: after a failed publish it goes back only when no other one is under way, which might still
// take effect and be repeated.
TEST_F(StageTest, GoesBackWhenNothingIsUnderWay) {
    HeldReader reader;
    Stage stage(reader, echo(), {.batch_max = 1});
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    ASSERT_EQ(reader.under_way.size(), 2U);
    reader.under_way[0](base::fail(Errc::io, "the first one"));
    EXPECT_EQ(stage.step(clock.steady_now()), Step::backing_off);
    for (int i = 0; i < 3; ++i) {
        clock.advance(stage.retry_at() - clock.steady_now());
        EXPECT_EQ(stage.step(clock.steady_now()), Step::backing_off);
        EXPECT_GT(stage.retry_at(), clock.steady_now());
    }
    EXPECT_EQ(reader.rewinds, 0);
    reader.under_way[1]({});
    clock.advance(stage.retry_at() - clock.steady_now());
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    EXPECT_EQ(reader.rewinds, 1);
}

// Goal: a stage whose place another instance took stops for good.
TEST_F(StageTest, StopsWhenReplaced) {
    append(kRequests, "0");
    const auto old = join({kRequests});
    Stage stage(*old, echo());
    EXPECT_EQ(stage.step(clock.steady_now()), Step::worked);
    const auto fresh = join({kRequests});
    settle();
    EXPECT_EQ(stage.step(clock.steady_now()), Step::backing_off);
    clock.advance(std::chrono::seconds(10));
    EXPECT_EQ(stage.step(clock.steady_now()), Step::fenced);
    EXPECT_EQ(stage.trouble()->code, Errc::fenced);
    EXPECT_TRUE(values(kResponses).empty());
    Stage second(*fresh, echo());
    EXPECT_EQ(second.step(clock.steady_now()), Step::worked);
    settle();
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"0"}));
}

// A reader whose place another instance takes after the first poll, and which counts what is asked
// of it.
struct FencedReader final : eventlog::GroupReader {
    int polls = 0;
    int rewinds = 0;

    base::Result<std::vector<Record>> poll(std::size_t /*records_max*/) override {
        if (++polls == 1) return std::vector<Record>();
        return base::fail(Errc::fenced, "another instance has this place");
    }
    void on_ready(std::function<void()> /*wake*/) override {}
    [[nodiscard]] std::vector<eventlog::Position> positions() const override { return {}; }
    base::Result<void> publish(
        std::vector<NewRecord> /*outputs*/,
        std::vector<eventlog::Position> /*consumed*/,
        eventlog::Done /*done*/
    ) override {
        return {};
    }
    base::Result<void> rewind() override {
        ++rewinds;
        return {};
    }
};

// Goal: once fenced a stage stays so: it neither polls nor rewinds again, whatever time passes.
TEST_F(StageTest, NeverWorksAgainOnceFenced) {
    FencedReader reader;
    Stage stage(reader, echo());
    EXPECT_EQ(stage.step(clock.steady_now()), Step::idle);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(stage.step(clock.steady_now()), Step::fenced);
        clock.advance(std::chrono::hours(1));
    }
    EXPECT_EQ(reader.polls, 2);
    EXPECT_EQ(reader.rewinds, 0);
    EXPECT_EQ(stage.trouble()->detail, "another instance has this place");
}

}  // namespace
}  // namespace flightcast::pipeline
