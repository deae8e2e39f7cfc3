// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "eventlog/forwarding_log_testing.h"
#include "eventlog/lag.h"
#include "eventlog/memory/memory_log_testing.h"
#include "pipeline/upkeep.h"

namespace flightcast::pipeline {
namespace {

using namespace std::chrono_literals;
using base::SteadyTime;
using eventlog::NewRecord;
using eventlog::Record;
using Texts = std::vector<std::string>;

struct PipelineTest : eventlog::memory::MemoryLogTest {
    base::SystemClock line_clock;
    base::SeededRandom random{7};
    telemetry::Log lines{{.level = telemetry::LogLevel::error, .out = stdout}, line_clock};
    telemetry::Metrics metrics;
    eventlog::ForwardingLog distant{*log};
    Texts diary;
    int chores = 0;

    void SetUp() override { create({"in", "middle", "out", "side"}); }
    // A stage that notes each record and copies it to another topic.
    StageSpec copier(const std::string& name, const std::string& from, const std::string& to) {
        StageSpec spec{.name = name, .verb = "score", .group = name, .topics = {from}};
        spec.work = [this, name, to](
                        const std::vector<Record>& records
                    ) -> base::Result<std::vector<NewRecord>> {
            std::vector<NewRecord> outputs;
            for (const Record& record : records) {
                diary.push_back(name + " " + *record.value);
                outputs.push_back({.topic = to, .key = record.key, .value = record.value});
            }
            return outputs;
        };
        return spec;
    }
    std::unique_ptr<Pipeline> open(eventlog::EventLog& on, std::vector<StageSpec> stages) {
        return Pipeline::open({
                                  .log = on,
                                  .stages = std::move(stages),
                                  .chores = {{1s, [this] { ++chores; }}},
                                  .instance_id = "i",
                                  .clock = clock,
                                  .random = random,
                                  .metrics = metrics,
                                  .logger = lines.stage("test"),
                                  .on_end = {},
                              })
            .value();
    }
    void settle(const Pipeline& pipeline) {
        bool worked = true;
        while (worked) {
            worked = log->step();
            for (const auto& worker : pipeline.workers()) {
                worked |= worker->step(clock.steady_now()) <= clock.steady_now();
            }
        }
    }
};

// Goal: on an embedded log one worker commits it and steps the stages placed with it, in the order
// of the table; a stage with a place of its own has a worker of its own.
TEST_F(PipelineTest, PlacesStagesWithAnEmbeddedLog) {
    StageSpec apart = copier("apart", "out", "side");
    apart.placement = Placement::own;
    const auto pipeline =
        open(*log, {copier("first", "in", "middle"), copier("second", "middle", "out"), apart});
    ASSERT_EQ(pipeline->workers().size(), 2U);
    begin_append("in", "a");
    const SteadyTime now = clock.steady_now();
    EXPECT_EQ(pipeline->workers()[0]->step(now), now);
    EXPECT_EQ(diary, (Texts{"first a", "second a"}));
    EXPECT_EQ(pipeline->workers()[1]->step(now), now);
    EXPECT_EQ(diary.back(), "apart a");
    clock.advance(1s);
    settle(*pipeline);
    EXPECT_EQ(chores, 1);
}

// Goal: on a log with threads of its own each stage has a worker, and the chores have one, which is
// the first.
TEST_F(PipelineTest, GivesEachStageAWorkerOnADistantLog) {
    const auto pipeline =
        open(distant, {copier("first", "in", "middle"), copier("second", "middle", "out")});
    ASSERT_EQ(pipeline->workers().size(), 3U);
    begin_append("in", "a");
    const SteadyTime now = clock.steady_now();
    static_cast<void>(pipeline->workers()[1]->step(now));
    EXPECT_TRUE(diary.empty());  // No worker commits this log.
    settle(*pipeline);
    EXPECT_EQ(diary, (Texts{"first a", "second a"}));
    clock.advance(1s);
    static_cast<void>(pipeline->workers()[0]->step(clock.steady_now()));
    EXPECT_EQ(chores, 1);
}

// Goal: a stage that follows a topic without a group takes all that was there before it works, and
// every new process takes it again.
TEST_F(PipelineTest, CatchesUpBeforeItWorks) {
    for (const char* const value : {"x", "y"}) begin_append("side", value);
    begin_append("in", "a");
    while (log->step()) {
    }
    for (int life = 0; life < 2; ++life) {
        StageSpec spec = copier("join", "in", "out");
        spec.follows = {.topics = {"side"}, .behind_group = "", .window = 1h};
        spec.consume = [this](const std::vector<Record>& records) -> base::Result<void> {
            for (const Record& record : records) diary.push_back("side " + *record.value);
            return {};
        };
        spec.options.batch_max = 1;
        const auto pipeline = open(*log, {spec});
        settle(*pipeline);
        begin_append("side", "z" + std::to_string(life));
        settle(*pipeline);
        if (life == 0) {
            EXPECT_EQ(diary, (Texts{"side x", "side y", "join a", "side z0"}));
        } else {
            EXPECT_EQ(diary, (Texts{"side x", "side y", "side z0", "side z1"}));
        }
        diary.clear();
    }
}

// Goal: a stage that follows closely has taken all records of the followed topic that were
// committed with a record of its own, or before, however few it takes at a time.
TEST_F(PipelineTest, FollowsClosely) {
    StageSpec spec = copier("join", "in", "out");
    spec.follows = {.topics = {"side"}, .behind_group = "", .window = 1h};
    spec.follows_closely = true;
    spec.consume = [this](const std::vector<Record>& records) -> base::Result<void> {
        for (const Record& record : records) diary.push_back("side " + *record.value);
        return {};
    };
    spec.options.batch_max = 1;
    const auto pipeline = open(*log, {spec});
    settle(*pipeline);
    begin_append("in", "a");
    for (const char* const value : {"x", "y", "z"}) begin_append("side", value);
    settle(*pipeline);
    EXPECT_EQ(diary, (Texts{"side x", "side y", "side z", "join a"}));
}

// Goal: on an embedded log a stage with a worker of its own reads out, at the end, all that the
// stages beside the log still publish, and its positions get into the log, which ends last.
TEST_F(PipelineTest, ReadsOutWhatAnEmbeddedLogStillGets) {
    StageSpec apart = copier("apart", "out", "side");
    apart.placement = Placement::own;
    apart.at_end = AtEnd::read_out;
    StageSpec first = copier("first", "in", "out");
    first.options.batch_max = apart.options.batch_max = 10;
    const auto pipeline = open(*log, {first, apart});
    for (int i = 0; i < 100; ++i) begin_append("in", std::to_string(i));
    Worker& with_log = *pipeline->workers()[0];
    Worker& other = *pipeline->workers()[1];
    other.end_by(clock.steady_now() + 10s);
    int steps = 0;
    while (!other.has_ended() && ++steps < 1'000) {
        static_cast<void>(other.step(clock.steady_now()));
        if (!other.has_ended()) static_cast<void>(with_log.step(clock.steady_now()));
    }
    with_log.end_by(clock.steady_now() + 10s);
    while (!with_log.has_ended()) static_cast<void>(with_log.step(clock.steady_now()));
    EXPECT_EQ(diary.size(), 200U);
    EXPECT_EQ(eventlog::lag_of(log->admin(), {.group = "apart", .topics = {"out"}}).value(), 0);
    EXPECT_EQ(values("side").size(), 100U);
}

// Goal: where the stages beside an embedded log cannot go on, the deadline ends those that read
// out.
TEST_F(PipelineTest, ReadsOutUntilTheDeadline) {
    StageSpec apart = copier("apart", "out", "side");
    apart.placement = Placement::own;
    apart.at_end = AtEnd::read_out;
    const auto pipeline = open(*log, {copier("first", "in", "nowhere"), apart});
    begin_append("in", "a");
    settle(*pipeline);
    Worker& other = *pipeline->workers()[1];
    other.end_by(clock.steady_now() + 10s);
    static_cast<void>(other.step(clock.steady_now()));
    EXPECT_FALSE(other.has_ended());
    clock.advance(10s);
    static_cast<void>(other.step(clock.steady_now()));
    EXPECT_TRUE(other.has_ended());
}

// A log whose groups give nothing to their members until told.
struct JoiningLog : eventlog::ForwardingLog {
    using ForwardingLog::ForwardingLog;
    bool is_joined = false;
    bool is_placed = true;  // else some of the reader's places are sought yet

    struct Member final : eventlog::GroupReader {
        const bool& is_joined;
        const bool& is_placed;
        std::unique_ptr<eventlog::GroupReader> inner;
        Member(
            const bool& joined, const bool& placed, std::unique_ptr<eventlog::GroupReader> reader
        )
            : is_joined(joined), is_placed(placed), inner(std::move(reader)) {}
        [[nodiscard]] bool has_all_positions() const override { return is_placed; }
        base::Result<std::vector<Record>> poll(std::size_t records_max) override {
            return is_joined ? inner->poll(records_max) : std::vector<Record>{};
        }
        void on_ready(std::function<void()> wake) override { inner->on_ready(std::move(wake)); }
        [[nodiscard]] std::vector<eventlog::Position> positions() const override {
            return is_joined ? inner->positions() : std::vector<eventlog::Position>{};
        }
        base::Result<void> publish(
            std::vector<NewRecord> outputs,
            std::vector<eventlog::Position> consumed,
            eventlog::Done done
        ) override {
            return inner->publish(std::move(outputs), std::move(consumed), std::move(done));
        }
        base::Result<void> rewind() override { return inner->rewind(); }
    };
    base::Result<std::unique_ptr<eventlog::GroupReader>> join_group(
        eventlog::GroupOptions options
    ) override {
        FC_TRY(auto reader, ForwardingLog::join_group(std::move(options)));
        return std::make_unique<Member>(is_joined, is_placed, std::move(reader));
    }
};

// Goal: a stage that reads out waits at the end for partitions that its reader is about to get, and
// reads those out; a reader that gets none is not waited for until the deadline.
TEST_F(PipelineTest, ReadsOutPartitionsThatComeLate) {
    for (const bool they_come : {true, false}) {
        JoiningLog joining(*log);
        StageSpec apart = copier(they_come ? "late" : "never", "out", "side");
        apart.at_end = AtEnd::read_out;
        const auto pipeline = open(joining, {apart});
        append("out", "a");
        Worker& worker = *pipeline->workers()[1];
        worker.end_by(clock.steady_now() + 60s);
        static_cast<void>(worker.step(clock.steady_now()));
        EXPECT_FALSE(worker.has_ended());
        joining.is_joined = they_come;
        if (!they_come) clock.advance(10s);
        for (int steps = 0; !worker.has_ended() && steps < 100; ++steps) {
            static_cast<void>(worker.step(clock.steady_now()));
            MemoryLogTest::settle();
        }
        EXPECT_TRUE(worker.has_ended());
        EXPECT_EQ(values("side").size(), 1U);  // Of the first round.
    }
}

// Goal: a reader that has read some of its partitions and still seeks its place in others is waited
// for.
TEST_F(PipelineTest, ReadsOutPartitionsWhosePlaceIsSought) {
    JoiningLog joining(*log);
    joining.is_joined = true;
    joining.is_placed = false;
    StageSpec apart = copier("sought", "out", "side");
    apart.at_end = AtEnd::read_out;
    const auto pipeline = open(joining, {apart});
    Worker& worker = *pipeline->workers()[1];
    worker.end_by(clock.steady_now() + 60s);
    static_cast<void>(worker.step(clock.steady_now()));
    EXPECT_FALSE(worker.has_ended());
    joining.is_placed = true;
    static_cast<void>(worker.step(clock.steady_now()));
    EXPECT_TRUE(worker.has_ended());
}

// Keeps what the groups were joined with.
struct WatchedLog : eventlog::ForwardingLog {
    using ForwardingLog::ForwardingLog;
    std::vector<eventlog::GroupOptions> joined;
    base::Result<std::unique_ptr<eventlog::GroupReader>> join_group(
        eventlog::GroupOptions options
    ) override {
        joined.push_back(options);
        return ForwardingLog::join_group(std::move(options));
    }
};

// Goal: each record that is set aside is told of, one for which there is nothing else is not.
TEST_F(PipelineTest, TellsWhatIsSetAside) {
    WatchedLog watched(*log);
    StageSpec spec = copier("first", "in", "out");
    spec.set_aside = [](const NewRecord& refused, const base::Error&) {
        const bool is_known = refused.value == "large";
        return is_known ? std::optional(NewRecord{.topic = "side"}) : std::nullopt;
    };
    Texts told;
    const auto pipeline = Pipeline::open({
        .log = watched,
        .stages = {spec, copier("second", "middle", "side")},
        .chores = {},
        .instance_id = "i",
        .clock = clock,
        .random = random,
        .metrics = metrics,
        .logger = lines.stage("test"),
        .on_end = {},
        .on_set_aside = [&told](const NewRecord& refused, const base::Error& cause) {
            told.push_back(refused.topic + ": " + cause.detail);
        },
    });
    ASSERT_TRUE(pipeline);
    ASSERT_EQ(watched.joined.size(), 2U);
    const eventlog::SetAside& set_aside = watched.joined[0].set_aside;
    const base::Error cause{base::Errc::invalid_argument, "too large"};
    EXPECT_EQ(set_aside({.topic = "out", .value = "large"}, cause)->topic, "side");
    EXPECT_FALSE(set_aside({.topic = "out", .value = "unknown"}, cause));
    EXPECT_EQ(told, Texts{"out: too large"});
    EXPECT_FALSE(watched.joined[1].set_aside);
}

// Goal: a stage that is off joins no group; the log is committed all the same.
TEST_F(PipelineTest, LeavesOutStagesThatAreOff) {
    StageSpec off{.name = "off", .verb = "archive", .group = "g", .topics = {"in"}, .off = "why"};
    const auto pipeline = open(*log, {off});
    ASSERT_EQ(pipeline->workers().size(), 1U);
    begin_append("in", "a");
    settle(*pipeline);
    EXPECT_TRUE(diary.empty());
    EXPECT_TRUE(log->admin().committed("g", {"in"})->empty());
}

// Goal: a missing topic ends the start with an error that names it.
TEST_F(PipelineTest, NamesAMissingTopic) {
    const auto pipeline = Pipeline::open({
        .log = *log,
        .stages = {copier("first", "nowhere", "out")},
        .chores = {},
        .instance_id = "i",
        .clock = clock,
        .random = random,
        .metrics = metrics,
        .logger = lines.stage("test"),
        .on_end = {},
    });
    ASSERT_FALSE(pipeline);
    EXPECT_NE(pipeline.error().detail.find("nowhere"), std::string::npos);
}

// Goal: only stages that answers need are told of as stuck.
TEST_F(PipelineTest, TellsWhichNeededStageIsStuck) {
    StageSpec spec = copier("first", "in", "nowhere");
    StageSpec unneeded = copier("second", "in", "nowhere");
    unneeded.needed = Needed::no;
    const auto pipeline = open(distant, {unneeded, spec});
    begin_append("in", "a");
    for (int i = 0; i < 20; ++i) {
        settle(*pipeline);
        clock.advance(10s);
    }
    ASSERT_TRUE(pipeline->trouble());
    EXPECT_TRUE(pipeline->trouble()->detail.starts_with("first: ")) << pipeline->trouble()->detail;
}

// Goal: retention goes by the tables: single topics as their rules say, and behind the groups of
// all stages whose unread records are kept, whether they are on or off.
TEST(Upkeep, TakesRetentionFromTheTables) {
    StageSpec kept{.name = "a", .verb = "a", .group = "ga", .topics = {"t"}};
    StageSpec trimmed{.name = "b", .verb = "b", .group = "gb", .topics = {"t"}};
    trimmed.retention = Unread::trimmed;
    StageSpec follower{.name = "c", .verb = "c"};
    const std::vector<StageSpec> stages = {kept, trimmed, follower};
    const eventlog::Retention retention = retention_of(
        {.age = 7h, .bytes_max = 9},
        {{.name = "usual"}, {.name = "long", .retention = 99h}, {.name = "all", .by_size = false}},
        stages
    );
    EXPECT_EQ(retention.age, 7h);
    EXPECT_EQ(retention.bytes_max, 9U);
    ASSERT_EQ(retention.behind_groups.size(), 1U);
    EXPECT_EQ(retention.behind_groups[0].group, "ga");
    EXPECT_EQ(retention.behind_groups[0].topics, Texts{"t"});
    EXPECT_FALSE(retention.behind_groups[0].is_reading);  // It is off: there is no work.
    ASSERT_EQ(retention.topics.size(), 2U);
    EXPECT_EQ(retention.topics[0].topic, "long");
    EXPECT_EQ(retention.topics[0].age, 99h);
    EXPECT_TRUE(retention.topics[0].by_size);
    EXPECT_EQ(retention.topics[1].topic, "all");
    EXPECT_EQ(retention.topics[1].age, 7h);
    EXPECT_FALSE(retention.topics[1].by_size);
    const auto groups = groups_of(stages);
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[1].group, "gb");
}

// Goal: the lag of each stage that is on is told under its name.
TEST_F(PipelineTest, PublishesTheLag) {
    std::vector<StageSpec> stages = {copier("first", "in", "out"), copier("second", "out", "side")};
    stages[1].work = {};
    stages[1].name = "archiver";
    stages[0].name = "scorer";
    begin_append("in", "a");
    begin_append("in", "b");
    while (log->step()) {
    }
    begin_append("in", "c");
    publish_lag(*log, stages, metrics);
    const std::string text = metrics.text();
    EXPECT_NE(text.find("{group=\"scorer\"} 2\n"), std::string::npos) << text;
    EXPECT_NE(
        text.find("partition_lag_records{group=\"scorer\",partition=\"0\",topic=\"in\"} 2\n"),
        std::string::npos
    ) << text;
    EXPECT_EQ(text.find("group=\"archiver\""), std::string::npos) << text;
}

// Goal: the lag of a group is told, on request, where its stage does not run, and nowhere has a
// member.
TEST_F(PipelineTest, PublishesTheLagOfOthers) {
    std::vector<StageSpec> stages = {
        copier("scorer", "in", "out"), copier("reader", "none", "out")
    };
    stages[0].work = {};
    begin_append("in", "a");
    while (log->step()) {
    }
    publish_lag(*log, stages, metrics, Lags::of_all);
    const std::string text = metrics.text();
    EXPECT_NE(text.find("{group=\"scorer\"} 1\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("group=\"reader\""), std::string::npos) << text;  // Its topic is missing.
}

}  // namespace
}  // namespace flightcast::pipeline
