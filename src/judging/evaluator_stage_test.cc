// SPDX-License-Identifier: Apache-2.0
#include "judging/evaluator_stage.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "eventlog/memory/memory_log_testing.h"
#include "judging/evaluation_json.h"
#include "pipeline/pipeline.h"

namespace flightcast::judging {
namespace {

const flight::TopicSet kTopics{
    .request = "q", .response = "p", .dead_letter = "d", .arrival = "a", .evaluation = "e"
};
constexpr const char* kId = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";

struct EvaluatorStageTest : eventlog::memory::MemoryLogTest {
    base::SystemClock line_clock;
    base::SeededRandom random{7};
    telemetry::Log lines{{.level = telemetry::LogLevel::error, .out = stdout}, line_clock};
    telemetry::Metrics metrics;
    EvaluatorCounts counts;                         // told last
    std::map<std::string, EvaluatorCounts> told{};  // by instance

    void SetUp() override { create({"q", "p", "d", "a", "e"}); }

    std::unique_ptr<pipeline::Pipeline> open(const std::string& instance) {
        const auto spec = evaluator_stage(
            kTopics,
            "judges",
            EvaluatorParts{
                .options = {}, .clock = clock, .on_counts = [this, instance](const auto& now) {
                    counts = told[instance] = now;
                }
            }
        );
        return pipeline::Pipeline::open({
                                            .log = *log,
                                            .stages = {spec},
                                            .chores = {},
                                            .instance_id = instance,
                                            .clock = clock,
                                            .random = random,
                                            .metrics = metrics,
                                            .logger = lines.stage("test"),
                                            .on_end = {},
                                        })
            .value();
    }
    void work(const pipeline::Pipeline& pipeline) {
        for (int round = 0; round < 50; ++round) {
            clock.advance(std::chrono::milliseconds(20));
            settle();
            for (const auto& worker : pipeline.workers()) {
                static_cast<void>(worker->step(clock.steady_now()));
            }
        }
    }
    void respond(const std::string& id = kId) {
        append(
            "p",
            R"({"UUID":")" + id + R"(","Prediction":2.0,"Model":"m@1",)" +
                R"("RequestedAt":"2015-12-13T09:46:40Z"})"
        );
    }
    void report(const std::string& fields, const std::string& id = kId) {
        append("a", R"({"UUID":")" + id + R"(",)" + fields + "}");
    }
};

// Goal: predictions and arrivals become evaluations, whichever comes first; an invalid report is a
// dead letter that is no request's outcome.
TEST_F(EvaluatorStageTest, PublishesEvaluationsAndDeadLetters) {
    const auto pipeline = open("one");
    respond();
    report(R"("ArrDelay":31)");
    work(*pipeline);
    ASSERT_EQ(values("e").size(), 1);
    EXPECT_EQ(decode_evaluation(values("e")[0])->observed, 3);
    const std::string later = "8e90da7e-63f5-45f9-8f3d-000000000000";
    report(R"("ArrDelay":-31)", later);
    report(R"("ArrDelay":"late")");
    append("a", "nothing");
    work(*pipeline);
    EXPECT_EQ(counts.unmatched, 1);
    respond(later);
    work(*pipeline);
    ASSERT_EQ(values("e").size(), 2);
    EXPECT_EQ(decode_evaluation(values("e")[1])->id.to_string(), later);
    ASSERT_EQ(values("d").size(), 2);
    EXPECT_NE(values("d")[0].find(R"({"UUID":null,"Reason":"bad_arrival")"), std::string::npos);
    EXPECT_NE(values("d")[0].find("ArrDelay"), std::string::npos);
    EXPECT_EQ(counts.judged, 2);
    EXPECT_EQ(counts.waiting, 0);
    EXPECT_EQ(log->admin().committed("judges", {"a"})->at(0).next, eventlog::Offset(4));
}

// Goal: a member without the partition publishes nothing; it takes over what the other one left,
// also what it had not published when it was gone; after a restart nothing is published again.
TEST_F(EvaluatorStageTest, TakesOver) {
    auto first = open("one");
    const auto second = open("two");
    respond();
    report(R"("ArrDelay":31)");
    work(*second);
    EXPECT_TRUE(values("e").empty());
    EXPECT_FALSE(told.contains("two")) << "without the partition nothing is read";
    first.reset();
    work(*second);
    EXPECT_EQ(values("e").size(), 1);
    EXPECT_EQ(told["two"].judged, 1);
    const auto third = open("two");
    work(*third);
    report(R"("ArrDelay":31)");
    work(*third);
    EXPECT_EQ(values("e").size(), 1);
    report(R"("ArrDelay":1)");
    work(*third);
    ASSERT_EQ(values("e").size(), 2);
    EXPECT_EQ(decode_evaluation(values("e")[1])->revision, 2);
}

// Goal: evaluations whose commit failed are published again.
TEST_F(EvaluatorStageTest, RepeatsWhatWasNotPublished) {
    const auto pipeline = open("one");
    respond();
    report(R"("ArrDelay":31)");
    storage.fail_commits(3);
    for (int second = 0; second < 60; ++second) {
        clock.advance(std::chrono::seconds(1));
        work(*pipeline);
    }
    ASSERT_EQ(values("e").size(), 1);
    EXPECT_EQ(decode_evaluation(values("e")[0])->revision, 1);
}

// Goal: an end in order leaves nothing unjudged of what the log holds.
TEST_F(EvaluatorStageTest, EndsWithAllThatFollows) {
    const auto pipeline = open("one");
    work(*pipeline);
    respond();
    report(R"("ArrDelay":31)");
    report(R"("ArrDelay":"late")");
    pipeline::Worker& judge = *pipeline->workers()[1];
    judge.end_by(clock.steady_now() + std::chrono::minutes(1));
    for (int steps = 0; steps < 100 && !judge.has_ended(); ++steps) {
        static_cast<void>(judge.step(clock.steady_now()));
        settle();
    }
    EXPECT_TRUE(judge.has_ended());
    EXPECT_EQ(values("e").size(), 1);
    EXPECT_EQ(values("d").size(), 1);
}

}  // namespace
}  // namespace flightcast::judging
