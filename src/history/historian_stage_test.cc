// SPDX-License-Identifier: Apache-2.0
#include "history/historian_stage.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "eventlog/memory/memory_log_testing.h"
#include "history/conformance_testing.h"
#include "history/memory/memory_history.h"
#include "pipeline/pipeline.h"

namespace flightcast::history {
namespace {

const flight::TopicSet kHistorianTopics{
    .request = "q", .response = "p", .dead_letter = "d", .arrival = "a", .evaluation = "e"
};

struct HistorianStageTest : eventlog::memory::MemoryLogTest {
    base::SystemClock line_clock;
    base::SeededRandom random{7};
    telemetry::Log lines{{.level = telemetry::LogLevel::error, .out = stdout}, line_clock};
    telemetry::Metrics metrics;
    memory::MemoryHistory store{clock};

    void SetUp() override { create({"q", "p", "d", "a", "e"}); }

    std::unique_ptr<pipeline::Pipeline> open() {
        return pipeline::Pipeline::open({
                                            .log = *log,
                                            .stages = {historian_stage(
                                                kHistorianTopics,
                                                "keepers",
                                                HistorianParts{.store = store, .place = "memory"}
                                            )},
                                            .chores = {},
                                            .instance_id = "one",
                                            .clock = clock,
                                            .random = random,
                                            .metrics = metrics,
                                            .logger = lines.stage("test"),
                                            .on_end = {},
                                        })
            .value();
    }
    void work(const pipeline::Pipeline& pipeline, int rounds) {
        for (int round = 0; round < rounds; ++round) {
            clock.advance(std::chrono::seconds(1));
            settle();
            for (const auto& worker : pipeline.workers()) {
                static_cast<void>(worker->step(clock.steady_now()));
            }
        }
    }
};

// Goal: what stands on the topics is kept, but for what is not valid; positions follow the store.
TEST_F(HistorianStageTest, KeepsWhatTheTopicsHold) {
    const auto rows = random_rows(50, 1);
    for (const EvaluationRow& row : rows) append("e", row.json);
    append("e", "nothing");
    append("a", R"({"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","ArrDelay":31})");
    append("a", R"({"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","ArrDelay":"late"})");
    const auto pipeline = open();
    work(*pipeline, 20);
    EXPECT_EQ(store.day_sums(0, 100'000), sums_of(rows));
    EXPECT_EQ(store.page(List::arrivals, "", 10)->records.size(), 1U);
    EXPECT_EQ(log->admin().committed("keepers", {"a"})->at(0).next, eventlog::Offset(2));
}

// Goal: a store that goes away in the middle of a batch, and processes that end at any moment,
// leave nothing out and count nothing twice.
TEST_F(HistorianStageTest, RepeatsWhatWasNotKept) {
    const auto rows = random_rows(300, 2);
    std::size_t told = 0;
    auto pipeline = open();
    std::mt19937 chance(3);  // NOLINT(bugprone-random-generator-seed): repeatable
    while (told < rows.size()) {
        for (int i = 0; i < 40 && told < rows.size(); ++i) append("e", rows[told++].json);
        if (chance() % 3 == 0) store.fail_puts(1 + chance() % 4);
        if (chance() % 3 == 0) storage.fail_commits(1);
        work(*pipeline, static_cast<int>(chance() % 6));
        storage.fail_commits(0);  // Else it would be an append of the test.
        if (chance() % 3 == 0) {
            pipeline.reset();
            pipeline = open();
        }
    }
    work(*pipeline, 300);
    EXPECT_EQ(store.day_sums(0, 100'000), sums_of(rows));
}

}  // namespace
}  // namespace flightcast::history
