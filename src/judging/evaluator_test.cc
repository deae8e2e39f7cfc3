// SPDX-License-Identifier: Apache-2.0
#include "judging/evaluator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "arrival/arrival_json.h"
#include "base/random.h"
#include "base/temporary_folder.h"
#include "flight/prediction_json.h"
#include "judging/evaluation_json.h"
#include "judging/topics_testing.h"

namespace flightcast::judging {
namespace {

using base::Uuid;
struct EvaluatorTest : testing::Test {
    std::mt19937 random{1};  // NOLINT(bugprone-random-generator-seed): repeatable
    base::SeededRandom ids{1};
    TestTopics topics;
    TestReader reader;
    Evaluator evaluator{test_options()};

    Uuid ask(const std::string& number, int crs = -1, int minute = 0) {
        const Uuid id = Uuid::random(ids);
        topics.append("p0", text_of(test_prediction(id, number, crs, minute)));
        return id;
    }
    void report(const arrival::Arrival& arrival) {
        topics.append("a", arrival::encode_arrival(arrival));
    }
    void settle() {
        while (true) {
            while (reader.hand_on(topics, evaluator, random)) {
            }
            const std::size_t before = topics.partitions["e"].size();
            topics.publish(evaluator, 100);
            if (topics.partitions["e"].size() == before) return;
        }
    }
    std::string verdict(const Uuid& id) {
        settle();
        std::string fault;
        const auto result = topics.result(fault);
        EXPECT_EQ(fault, "");
        const auto found = result.find(id.to_string());
        if (found == result.end()) return "none";
        const Evaluation& evaluation = found->second;
        std::string text(kVerdictNames[static_cast<std::size_t>(evaluation.verdict)]);
        if (evaluation.verdict == Verdict::judged) text += std::to_string(evaluation.observed);
        return text + " r" + std::to_string(evaluation.revision);
    }
};

// Goal: a landing judges its flight, whichever record comes first; the record says all figures, and
// a correction which state it replaces.
TEST_F(EvaluatorTest, JudgesAndCorrects) {
    const Uuid id = ask("12", 1030);
    arrival::Arrival early = test_arrival("012", 41, 300);
    early.source = "s1";
    report(early);
    EXPECT_EQ(verdict(id), "judged3 r1");
    EXPECT_EQ(
        *topics.partitions["e"].at(0).value,
        R"({"UUID":")" + id.to_string() +
            R"(","Model":"m@1","Revision":1,"Verdict":"judged","FlightDate":"2008-04-01",)"
            R"("Carrier":"AA","Origin":"ATL","Dest":"SFO","FlightNum":"12","CRSDepTime":1030,)"
            R"("RequestedAt":"2008-04-01T00:00:00.000000Z","Prediction":2.0,)"
            R"("Probabilities":[0.125,0.25,0.5,0.125],"Observed":3,"ArrDelay":41.0,)"
            R"("Probability":0.125,"LogLoss":2.0794415416798357,"Brier":1.09375,)"
            R"("ArrivedAt":"2008-04-01T05:00:00.000000Z",)"
            R"("ReportedAt":"2008-04-01T05:00:00.000000Z","LabelDelay":18000.0,"Source":"s1"})"
    );
    arrival::Arrival corrected = early;
    corrected.arr_delay = 3;
    corrected.reported_at = test_time(310);
    report(corrected);
    EXPECT_EQ(verdict(id), "judged2 r2");
    EXPECT_TRUE(topics.partitions["e"].at(1).value->ends_with(
        R"("Replaces":{"Revision":1,"Verdict":"judged","Observed":3}})"
    ));
    report(corrected);
    report(early);
    EXPECT_EQ(verdict(id), "judged2 r2") << "repetitions change nothing";
    arrival::Arrival cancelled = corrected;
    cancelled.arr_delay.reset();
    cancelled.arrived_at.reset();
    cancelled.cancelled = true;
    cancelled.reported_at = test_time(320);
    report(cancelled);
    EXPECT_EQ(verdict(id), "cancelled r3");
    EXPECT_EQ(evaluator.counts().judged, 1);
    EXPECT_EQ(evaluator.counts().waiting, 0);
}

// Goal: times decide, not clocks: a report after the horizon and a request after the landing judge
// nothing; all predictions of a flight are judged; a departure judges none.
TEST_F(EvaluatorTest, GoesByTheTimesOfRecords) {
    report(test_arrival("7", 10, 300));
    const Uuid first = ask("7", -1, 0);
    const Uuid second = ask("7", -1, 200);
    const Uuid after = ask("7", -1, 301);
    EXPECT_EQ(verdict(first), "judged2 r1");
    EXPECT_EQ(verdict(second), "judged2 r1");
    EXPECT_EQ(verdict(after), "none");
    const Uuid other = ask("8", -1, 0);
    report(test_arrival("8", 10, 601));
    EXPECT_EQ(verdict(other), "none");
    arrival::Arrival departure = test_arrival("9", 0, 30);
    departure.arr_delay.reset();
    departure.arrived_at.reset();
    departure.dep_delay = 5;
    const Uuid departed = ask("9");
    report(departure);
    EXPECT_EQ(verdict(departed), "none");
    EXPECT_EQ(evaluator.counts().waiting, 3);
    EXPECT_EQ(evaluator.counts().unmatched, 0);
    report(test_arrival("10", 0, 30));
    settle();
    EXPECT_EQ(evaluator.counts().unmatched, 1);
}

// Goal: flights of one number are told apart by CRSDepTime, or not at all.
TEST_F(EvaluatorTest, TellsFlightsOfOneNumberApart) {
    const Uuid morning = ask("1", 600);
    report(test_arrival("1", 40, 300));
    EXPECT_EQ(verdict(morning), "judged3 r1") << "only one flight can be meant";
    const Uuid evening = ask("1", 1800);
    EXPECT_EQ(verdict(evening), "ambiguous r1");
    EXPECT_EQ(verdict(morning), "ambiguous r2");
    arrival::Arrival exact = test_arrival("1", -20, 400);
    exact.crs_dep_time = 1800;
    report(exact);
    EXPECT_EQ(verdict(evening), "judged0 r2");
    EXPECT_EQ(verdict(morning), "ambiguous r2");
}

// Goal: a flight that is first known by its evaluation is told apart as well: its evaluator died
// before it had corrected the other one, and the next reads evaluations before responses.
TEST_F(EvaluatorTest, TellsFlightsApartThatItKnowsByEvaluations) {
    const Uuid morning = ask("1", 600);
    report(test_arrival("1", 40, 300));
    EXPECT_EQ(verdict(morning), "judged3 r1");
    const Uuid evening = ask("1", 1800);
    EXPECT_EQ(verdict(evening), "ambiguous r1");
    EXPECT_EQ(verdict(morning), "ambiguous r2");
    auto& evaluations = topics.partitions["e"];
    ASSERT_EQ(evaluations.size(), 3);
    std::erase_if(evaluations, [](const eventlog::Record& record) {
        return decode_evaluation(*record.value).value().revision == 2;
    });
    const auto& responses = topics.partitions["p0"];
    Evaluator next(test_options());
    next.consume({responses.at(0)});
    next.consume(topics.partitions["a"]);
    next.consume(evaluations);
    next.consume({responses.at(1)});
    const auto due = next.take_due(10);
    ASSERT_EQ(due.size(), 1);
    const Evaluation correction = decode_evaluation(*due.front().value).value();
    EXPECT_EQ(correction.id, morning);
    EXPECT_EQ(correction.revision, 2);
    EXPECT_EQ(correction.verdict, Verdict::ambiguous);
}

// Goal: a report by UUID reaches a prediction without a flight number; one of a client ranks below
// all sources, whenever it came.
TEST_F(EvaluatorTest, TakesReportsById) {
    const Uuid id = ask("");
    arrival::Arrival client{
        .arr_delay = 50, .reported_at = test_time(500), .source = "client", .id = id
    };
    report(test_arrival("5", 0, 300));
    EXPECT_EQ(verdict(id), "none");
    report(client);
    EXPECT_EQ(verdict(id), "judged3 r1");
    const Uuid numbered = ask("6");
    client.id = numbered;
    report(client);
    EXPECT_EQ(verdict(numbered), "judged3 r1");
    report(test_arrival("6", 1, 300));
    EXPECT_EQ(verdict(numbered), "judged2 r2") << "an older report of a source beats a client's";
    arrival::Arrival ranked = test_arrival("6", -30, 250);
    ranked.source = "s1";
    report(ranked);
    EXPECT_EQ(verdict(numbered), "judged0 r3");
}

// Goal: what was taken and perhaps not published is published again, under the same revision.
TEST_F(EvaluatorTest, StartsOver) {
    const Uuid id = ask("3");
    report(test_arrival("3", 1, 300));
    while (reader.hand_on(topics, evaluator, random)) {
    }
    EXPECT_EQ(evaluator.take_due(10).size(), 1) << "and it is lost";
    EXPECT_TRUE(evaluator.take_due(10).empty());
    evaluator.start_over();
    EXPECT_EQ(verdict(id), "judged2 r1");
    evaluator.start_over();
    EXPECT_TRUE(evaluator.take_due(10).empty());
}

// Goal: a correction names the state that the topic holds: after a start over the same revision may
// stand there with an earlier state, so nothing more is said of a flight before it was read.
TEST_F(EvaluatorTest, CorrectsNothingThatItHasNotRead) {
    const Uuid id = ask("3");
    report(test_arrival("3", 41, 300));
    while (reader.hand_on(topics, evaluator, random)) {
    }
    topics.publish(evaluator, 10);
    const eventlog::Record published = topics.partitions["e"].back();
    topics.partitions["e"].clear();  // It is on its way.
    evaluator.start_over();
    report(test_arrival("3", 1, 310));
    while (reader.hand_on(topics, evaluator, random)) {
    }
    const auto again = evaluator.take_due(10);
    ASSERT_EQ(again.size(), 1);
    topics.partitions["e"] = {published};
    topics.append("e", *again.front().value);
    report(test_arrival("3", -30, 320));
    reader.read["e"] = 2;  // They come later than the report.
    while (reader.hand_on(topics, evaluator, random)) {
    }
    EXPECT_TRUE(evaluator.take_due(10).empty()) << "not before both were read";
    reader.read["e"] = 0;
    EXPECT_EQ(verdict(id), "judged0 r2");
}

// Goal: memory is bounded; the oldest flights are forgotten, and those that might have been judged
// are counted.
TEST_F(EvaluatorTest, ForgetsTheOldest) {
    EvaluatorOptions small = test_options();
    small.bytes_max = 20'000;
    Evaluator forgetful(small);
    TestReader other;
    for (int i = 0; i < 100; ++i) ask(std::to_string(i + 1));
    while (other.hand_on(topics, forgetful, random)) {
    }
    const EvaluatorCounts counts = forgetful.counts();
    EXPECT_LE(counts.bytes, small.bytes_max);
    EXPECT_GT(counts.waiting, 10);
    EXPECT_EQ(counts.forgotten + counts.waiting, 100);
    const Uuid last = ask("777");
    report(test_arrival("777", 1, 300));
    while (other.hand_on(topics, forgetful, random)) {
    }
    EXPECT_EQ(forgetful.take_due(10).size(), 1) << last.to_string();
}

// Goal: with a file nothing is forgotten that memory has no room for: flights come back for their
// reports, by flight and by id, with what was known of them, and leave with their horizon.
TEST_F(EvaluatorTest, KeepsInAFileWhatHasNoRoom) {
    const base::TemporaryFolder folder;
    const EvaluatorOptions cramped = cramped_options(folder.path() / "waiting.db");
    Evaluator small(cramped);
    TestReader other;
    std::vector<Uuid> asked;
    for (int i = 0; i < 100; ++i) asked.push_back(ask(std::to_string(i + 1)));
    const Uuid unnumbered = ask("");
    const auto read_all = [&] {
        while (other.hand_on(topics, small, random)) {
        }
    };
    read_all();
    EXPECT_LE(small.counts().bytes, cramped.bytes_max);
    EXPECT_EQ(small.counts().waiting, 101);
    EXPECT_EQ(small.counts().forgotten, 0);
    EXPECT_GT(small.counts().in_file, 80);
    report(test_arrival("1", 41, 300));
    report({.arr_delay = 1, .reported_at = test_time(310), .source = "client", .id = asked[1]});
    report({.arr_delay = 1, .reported_at = test_time(310), .source = "client", .id = unnumbered});
    read_all();
    EXPECT_EQ(small.counts().waiting, 101);
    topics.publish(small, 100);
    EXPECT_EQ(topics.partitions["e"].size(), 3);
    read_all();
    for (int i = 10; i < 100; ++i) report(test_arrival(std::to_string(i + 1), 1, 320));
    read_all();
    topics.publish(small, 100);
    read_all();
    EXPECT_EQ(small.counts().judged, 93);
    report(test_arrival("1", -41, 330));  // Its evaluation has been put away, too.
    report(test_arrival("2", 41, 330));
    read_all();
    topics.publish(small, 100);
    std::string fault;
    const auto result = topics.result(fault);
    EXPECT_EQ(fault, "");
    EXPECT_EQ(result.at(asked[0].to_string()).revision, 2);
    EXPECT_EQ(result.at(asked[1].to_string()).observed, 3);
    EXPECT_EQ(result.at(unnumbered.to_string()).observed, 2);
    small.consume(
        {{.at = {"p", eventlog::PartitionId(0)},
          .offset = eventlog::Offset(1'000),
          .appended = topics.partitions["a"].back().appended + std::chrono::hours(1'000),
          .key = {},
          .value = "{}",
          .headers = {}}}
    );
    EXPECT_EQ(small.counts(), EvaluatorCounts{.bytes = small.counts().bytes});
}

// Goal: without its file the evaluator goes on as it would without room, and says why.
TEST_F(EvaluatorTest, GoesOnWithoutAFile) {
    EvaluatorOptions nowhere = cramped_options("/nowhere/waiting.db");
    Evaluator small(nowhere);
    TestReader other;
    for (int i = 0; i < 100; ++i) ask(std::to_string(i + 1));
    while (other.hand_on(topics, small, random)) {
    }
    EXPECT_LE(small.counts().bytes, nowhere.bytes_max);
    EXPECT_EQ(small.counts().waiting + small.counts().forgotten, 100);
    EXPECT_NE(small.counts().file_trouble.find("/nowhere"), std::string::npos);
}

}  // namespace
}  // namespace flightcast::judging
