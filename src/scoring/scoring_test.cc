// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "base/clock.h"
#include "eventlog/memory/memory_log_testing.h"
#include "flight/failure_json.h"
#include "flight/outcome.h"
#include "flight/prediction_json.h"
#include "pipeline/stage.h"
#include "scoring/archiver.h"
#include "scoring/scorer.h"
#include "scoring/scorer_stage.h"
#include "store/memory/memory_store.h"

namespace flightcast::scoring {
namespace {

using eventlog::NewRecord;
using eventlog::Record;

constexpr const char* kRequests = "requests";
constexpr const char* kResponses = "responses";
constexpr const char* kDeadLetters = "dead-letters";
const flight::TopicSet kTopics{
    .request = kRequests, .response = kResponses, .dead_letter = kDeadLetters
};
constexpr const char* kId = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";

std::string request(const std::string& id, const std::string& date = "2016-12-25") {
    return R"({"DepDelay": 5.0, "Carrier": "AA", "FlightDate": ")" + date +
           R"(", "Dest": "SFO", "FlightNum": null, "Origin": "ATL", "Distance": 2139.0, )"
           R"("DayOfYear": 360, "DayOfMonth": 25, "DayOfWeek": 6, )"
           R"("Timestamp": "2025-12-30T15:07:40.123456", "UUID": ")" +
           id + R"("})";
}

CurrentModel model() {
    return fixed_model({.id = "test@1", .answer = [](std::span<const flight::Request> requests) {
                            const flight::Answer answer{.probabilities = {0.125, 0.25, 0.5, 0.125}};
                            return std::vector(requests.size(), answer);
                        }});
}

Record input(std::optional<std::string> value) {
    return {
        .at = {kRequests, eventlog::PartitionId(2)},
        .offset = eventlog::Offset(7),
        .appended = {},
        .key = "key",
        .value = std::move(value),
        .headers = {{"traceparent", "00-1"}, {"other", "x"}}
    };
}

std::optional<std::string> header(const NewRecord& record, const std::string& name) {
    for (const eventlog::Header& candidate : record.headers) {
        if (candidate.name == name) return candidate.value;
    }
    return std::nullopt;
}

// Goal: with an answer delay each request is held until it is that old, by its record's time: a
// backlog not at all, one from a clock ahead of ours for the delay and no longer.
TEST(ScorerStage, HoldsRequestsUntilTheyAreOldEnough) {
    using namespace std::chrono_literals;
    const base::ManualClock clock;
    const auto spec = [&clock](std::chrono::milliseconds delay) {
        return scorer_stage(
            kTopics, "g", ScorerParts{.model = model(), .clock = clock, .answer_delay = delay}
        );
    };
    EXPECT_FALSE(spec(0ms).options.holding.hold_for);
    const pipeline::HoldFor hold_for = spec(500ms).options.holding.hold_for;
    ASSERT_TRUE(hold_for);
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock.wall_now());
    struct Case {
        std::chrono::milliseconds age;
        std::chrono::milliseconds held;
    };
    for (const Case& c : {Case{0ms, 500ms}, {499ms, 1ms}, {500ms, 0ms}, {1h, 0ms}, {-1h, 500ms}}) {
        Record record = input(request(kId));
        record.appended = now - c.age;
        EXPECT_EQ(hold_for(record), std::chrono::microseconds(c.held)) << c.age.count();
    }
}

// Goal: a good request becomes one response, keyed by its id, in its trace, class by first maximum.
TEST(Scorer, AnswersARequest) {
    const base::ManualClock clock;
    const Scorer scorer(model(), clock, {.topics = kTopics, .zone = {}});
    const auto outputs = scorer.process({input(request(kId))});
    ASSERT_EQ(outputs.size(), 1U);
    EXPECT_EQ(outputs[0].topic, kResponses);
    EXPECT_EQ(outputs[0].key, kId);
    EXPECT_EQ(header(outputs[0], "traceparent"), "00-1");
    EXPECT_EQ(header(outputs[0], "other"), std::nullopt);
    const auto prediction = flight::decode_prediction(*outputs[0].value, {});
    ASSERT_TRUE(prediction);
    EXPECT_EQ(prediction->predicted, 2.0);
    EXPECT_EQ(prediction->route, "ATL-SFO");
    EXPECT_EQ(prediction->model, "test@1");
    EXPECT_EQ(prediction->scored_at, clock.wall_now());
}

// Goal: what cannot be scored becomes one dead letter that says why and where it stands, and the
// records around it are scored.
TEST(Scorer, SendsWhatItCannotScoreToTheDeadLetters) {
    const base::ManualClock clock;
    const Scorer scorer(model(), clock, {.topics = kTopics, .zone = {}});
    struct Case {
        std::optional<std::string> value;
        std::string reason;
        std::optional<std::string> key;
    };
    const std::vector<Case> cases = {
        {std::nullopt, "empty", "key"},
        {"", "empty", "key"},
        {"not json", "not_json", "key"},
        {"{}", "no_uuid", "key"},
        {request(kId, "2016-02-30"), "bad_date", kId},
    };
    for (const Case& expected : cases) {
        SCOPED_TRACE(expected.reason);
        const auto outputs = scorer.process({input(request(kId)), input(expected.value)});
        ASSERT_EQ(outputs.size(), 2U);
        EXPECT_EQ(outputs[0].topic, kResponses);
        EXPECT_EQ(outputs[1].topic, kDeadLetters);
        EXPECT_EQ(outputs[1].key, expected.key);
        EXPECT_EQ(header(outputs[1], "cause"), expected.reason);
        EXPECT_EQ(header(outputs[1], "partition"), "2");
        EXPECT_EQ(header(outputs[1], "offset"), "7");
        const auto failure = flight::decode_failure(*outputs[1].value);
        ASSERT_TRUE(failure);
        EXPECT_EQ(failure->reason, expected.reason);
        EXPECT_EQ(failure->value, expected.value.value_or(""));
    }
}

// Goal: a dead letter always has a key, since a compacted topic takes none without.
TEST(Scorer, GivesEveryDeadLetterAKey) {
    const base::ManualClock clock;
    const Scorer scorer(model(), clock, {.topics = kTopics, .zone = {}});
    Record keyless = input("not json");
    keyless.key.reset();
    const auto outputs = scorer.process({keyless});
    ASSERT_EQ(outputs.size(), 1U);
    EXPECT_EQ(outputs[0].key, keyless.at.topic + "/2/7");
}

// Goal: a response that its topic refuses for good becomes a dead letter that says why, a dead
// letter one without the request's text, and that one nothing.
TEST(Scorer, SetsAsideWhatATopicRefuses) {
    const base::ManualClock clock;
    const Scorer scorer(model(), clock, {.topics = kTopics, .zone = {}});
    const base::Error cause{base::Errc::invalid_argument, "too large"};
    const auto outputs = scorer.process({input(request(kId)), input("not json")});
    const auto instead = scorer.set_aside(outputs[0], cause);
    ASSERT_TRUE(instead);
    EXPECT_EQ(instead->topic, kDeadLetters);
    EXPECT_EQ(instead->key, kId);
    EXPECT_EQ(header(*instead, "cause"), "refused");
    const auto failure = flight::decode_failure(*instead->value);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->id->to_string(), kId);
    EXPECT_NE(failure->message.find("too large"), std::string::npos) << failure->message;
    const auto smaller = scorer.set_aside(outputs[1], cause);
    ASSERT_TRUE(smaller);
    EXPECT_EQ(flight::decode_failure(*smaller->value)->reason, "not_json");
    EXPECT_EQ(flight::decode_failure(*smaller->value)->value, "");
    EXPECT_FALSE(scorer.set_aside(*smaller, cause));
}

// Goal: a batch is scored by one model, however often it is replaced, and names it; what cannot be
// scored keeps its place between the others.
TEST(Scorer, ScoresABatchByOneModel) {
    int asked = 0;
    const auto next_model = [&asked] {
        const int number = ++asked;
        return std::make_shared<const Model>(Model{
            .id = "test@" + std::to_string(number),
            .answer = [number](std::span<const flight::Request> requests) {
                const flight::Answer answer{.probabilities = {number == 1 ? 1.0 : 0, 0, 0.5, 0}};
                return std::vector(requests.size(), answer);
            }
        });
    };
    const base::ManualClock clock;
    const Scorer scorer(next_model, clock, {.topics = kTopics, .zone = {}});
    const std::vector<Record> batch = {input(request(kId)), input("{"), input(request(kId))};
    for (const std::string id : {"test@1", "test@2"}) {
        const std::vector<NewRecord> outputs = scorer.process(batch);
        ASSERT_EQ(outputs.size(), 3U);
        EXPECT_EQ(outputs[1].topic, kDeadLetters);
        for (const std::size_t place : {0U, 2U}) {
            EXPECT_EQ(outputs[place].topic, kResponses);
            const auto prediction = flight::decode_prediction(*outputs[place].value, {});
            ASSERT_TRUE(prediction);
            EXPECT_EQ(prediction->model, id);
            EXPECT_EQ(prediction->predicted, id == "test@1" ? 0 : 2);
        }
    }
    EXPECT_EQ(asked, 2);
}

// An archiver on a log in memory.
struct ArchiverTest : eventlog::memory::MemoryLogTest {
    store::memory::MemoryStore store{clock};

    void SetUp() override { create({kRequests, kResponses, kDeadLetters}); }
};

// Goal: while the store is away nothing is committed; when it is back, everything gets there.
TEST_F(ArchiverTest, CatchesUp) {
    const std::string response = R"({"UUID":")" + std::string(kId) + R"(","Prediction":2.0})";
    append(kResponses, response);
    append(kResponses, R"({"UUID":")" + std::string(kId) + R"(","Prediction":3.0})");
    append(kResponses, "nobody's");
    const auto reader = join({kResponses, kDeadLetters});
    Archiver archiver(store, kTopics, clock);
    pipeline::Stage stage(*reader, [&archiver](const std::vector<Record>& records) {
        return archiver.process(records);
    });
    store.fail_puts(3);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(stage.step(clock.steady_now()), pipeline::Step::backing_off);
        EXPECT_TRUE(log->admin().committed("g", {kResponses})->empty());
        clock.advance(std::chrono::seconds(10));
        EXPECT_EQ(stage.step(clock.steady_now()), pipeline::Step::worked);
    }
    while (stage.step(clock.steady_now()) != pipeline::Step::idle) settle();
    EXPECT_EQ(store.count(), 1);
    EXPECT_EQ(log->admin().committed("g", {kResponses})->size(), 1U);
    store.find(*base::Uuid::parse(kId), [&](const auto& found) {
        EXPECT_EQ((*found)->outcome.json, response);  // The first one.
    });
}

// Goal: an outcome that the store refuses for good is set aside alone, told once, and becomes a
// dead letter with a key, which holds it and is stored in its turn; the rest of its batch is stored
// and the positions go on.
TEST_F(ArchiverTest, SetsAsideWhatTheStoreRefuses) {
    const auto response = [](const std::string& id) {
        return R"({"UUID":")" + id + R"(","Prediction":2.0})";
    };
    const std::string other = "8e90da7e-63f5-45f9-8f3d-000000000000";
    const std::string third = "8e90da7e-63f5-45f9-8f3d-000000000001";
    for (const std::string& id : {other, std::string(kId), third}) {
        append(kResponses, response(id));
    }
    store.refuse_prediction_of(*base::Uuid::parse(kId));
    std::vector<std::string> told;
    const auto reader = join({kResponses, kDeadLetters});
    Archiver archiver(
        store, kTopics, clock, [&told](const flight::Outcome& outcome, const std::string& reason) {
            told.push_back(outcome.id.to_string() + ": " + reason);
        }
    );
    pipeline::Stage stage(*reader, [&archiver](const std::vector<Record>& records) {
        return archiver.process(records);
    });
    while (stage.step(clock.steady_now()) != pipeline::Step::idle) settle();
    EXPECT_EQ(told, std::vector{std::string(kId) + ": the store was told to refuse it"});
    EXPECT_EQ(store.count(), 3);
    EXPECT_EQ(log->admin().committed("g", {kResponses})->at(0).next, eventlog::Offset(3));
    store.find(*base::Uuid::parse(kId), [&](const auto& found) {
        ASSERT_TRUE(found && *found);
        EXPECT_EQ((*found)->outcome.kind, flight::OutcomeKind::failure);
        const auto failure = flight::decode_failure((*found)->outcome.json);
        ASSERT_TRUE(failure);
        EXPECT_EQ(failure->reason, "refused");
        EXPECT_EQ(failure->stage, "archiver");
        EXPECT_EQ(failure->topic, kResponses);
        EXPECT_EQ(failure->offset, 1);
        EXPECT_EQ(failure->value, response(kId));
        EXPECT_NE(failure->message.find("told to refuse"), std::string::npos) << failure->message;
    });
}

}  // namespace
}  // namespace flightcast::scoring
