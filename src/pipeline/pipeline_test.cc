// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "eventlog/forwarding_log_testing.h"
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
    EXPECT_EQ(text.find("group=\"archiver\""), std::string::npos) << text;
}

}  // namespace
}  // namespace flightcast::pipeline
