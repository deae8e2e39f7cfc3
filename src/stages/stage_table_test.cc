// SPDX-License-Identifier: Apache-2.0
#include "stages/stage_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/clock.h"
#include "history/memory/memory_history.h"
#include "store/memory/memory_store.h"

namespace flightcast::stages {
namespace {

const Names kNames{
    .topics = {.request = "q", .response = "p", .dead_letter = "d"},
    .scorer_group = "s",
    .archiver_group = "a"
};

scoring::ScorerParts scorer_parts(const base::Clock& clock) {
    return {
        .model = scoring::fixed_model(
            {.id = "m@1",
             .answer = [](
                           std::span<const flight::Request> requests
                       ) { return std::vector<flight::Answer>(requests.size()); }}
        ),
        .clock = clock,
        .zone = {}
    };
}

// Goal: names are unique, every topic that a stage reads or follows is in the table of topics, and
// that lists each topic of the set once, in its order.
TEST(StageTable, NamesEachStageAndTopicOnce) {
    std::vector<std::string> names;
    for (const pipeline::TopicRule& topic : topic_table(kNames.topics)) names.push_back(topic.name);
    EXPECT_EQ(names, kNames.topics.all());
    std::set<std::string> stages, verbs, groups;
    for (const pipeline::StageSpec& stage : stage_table(kNames)) {
        EXPECT_TRUE(stages.insert(stage.name).second) << stage.name;
        EXPECT_TRUE(verbs.insert(stage.verb).second) << stage.verb;
        EXPECT_TRUE(stage.group.empty() || groups.insert(stage.group).second) << stage.group;
        for (const std::string& topic : stage.topics) {
            EXPECT_EQ(std::ranges::count(names, topic), 1) << topic;
        }
    }
}

// Goal: without resources every stage is off and says why; with them all are on, and the archiver
// shares the worker of an embedded log where its store is in this process.
TEST(StageTable, IsOnWithItsResources) {
    for (const pipeline::StageSpec& stage : stage_table(kNames)) {
        EXPECT_FALSE(stage.is_on()) << stage.name;
        EXPECT_FALSE(stage.off.empty()) << stage.name;
    }
    const base::ManualClock clock;
    base::SeededRandom random(1);
    store::memory::MemoryStore store(clock);
    history::memory::MemoryHistory history(clock);
    const auto stages = stage_table(
        kNames,
        {.scorer = scorer_parts(clock),
         .archiver = scoring::ArchiverParts{.store = store, .clock = clock},
         .evaluator = judging::EvaluatorParts{.options = {}, .clock = clock},
         .shadow = experiment::ShadowParts{.challengers = {}, .clock = clock, .zone = {}},
         .decider = experiment::DeciderParts{.bundled = "m@1", .clock = clock, .random = random},
         .historian = history::HistorianParts{.store = history},
         .drift = drift::DriftParts{.reference = {}, .zone = {}, .on_report = {}}}
    );
    for (const pipeline::StageSpec& stage : stages) {
        EXPECT_TRUE(stage.is_on()) << stage.name;
        // These may be late; they are not in the way of predictions.
        const bool is_apart = stage.name == "evaluator" || stage.name == "shadow" ||
                              stage.name == "decider" || stage.name == "drift";
        EXPECT_EQ(stage.placement == pipeline::Placement::own, is_apart) << stage.name;
    }
}

}  // namespace
}  // namespace flightcast::stages
