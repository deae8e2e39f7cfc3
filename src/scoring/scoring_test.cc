// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "base/clock.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "flight/failure_json.h"
#include "flight/outcome.h"
#include "flight/prediction_json.h"
#include "scoring/archiver.h"
#include "scoring/scorer.h"
#include "scoring/stage.h"
#include "store/memory/memory_store.h"

namespace flightcast::scoring {
namespace {

using base::Errc;
using eventlog::NewRecord;
using eventlog::Record;

constexpr const char* kRequests = "requests";
constexpr const char* kResponses = "responses";
constexpr const char* kDeadLetters = "dead-letters";
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

// Goal: a good request becomes one response, keyed by its id, in its trace, class by first maximum.
TEST(Scorer, AnswersARequest) {
    const base::ManualClock clock;
    const Scorer scorer(
        model(),
        clock,
        {.response_topic = kResponses, .dead_letter_topic = kDeadLetters, .zone = {}}
    );
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
    const Scorer scorer(
        model(),
        clock,
        {.response_topic = kResponses, .dead_letter_topic = kDeadLetters, .zone = {}}
    );
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
    const Scorer scorer(
        next_model,
        clock,
        {.response_topic = kResponses, .dead_letter_topic = kDeadLetters, .zone = {}}
    );
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

// A scorer and an archiver on a log in memory.
struct StageTest : testing::Test {
    base::ManualClock clock;
    eventlog::memory::MemoryStorage storage;
    std::unique_ptr<eventlog::local::LocalLog> log =
        eventlog::local::LocalLog::open(storage, clock).value();
    store::memory::MemoryStore store;

    void SetUp() override {
        for (const char* topic : {kRequests, kResponses, kDeadLetters}) {
            ASSERT_TRUE(log->admin().create_topic({.name = topic, .retention = {}}));
        }
    }
    void settle() const {
        while (log->step()) {
        }
    }
    void append(const std::string& topic, const std::string& value) const {
        std::vector<NewRecord> one(1);
        one[0] = {.topic = topic, .key = "k", .value = value, .headers = {}};
        ASSERT_TRUE((*log->open_writer())->append(std::move(one), {}));
        settle();
    }
    [[nodiscard]] std::vector<std::string> values(const std::string& topic) const {
        const auto reader = log->open_reader({.topics = {topic}});
        std::vector<std::string> texts;
        const auto records = (*reader)->poll(1'000);
        for (const Record& record : *records) texts.push_back(*record.value);
        return texts;
    }
    [[nodiscard]] std::unique_ptr<eventlog::GroupReader> join(
        std::vector<std::string> topics
    ) const {
        return log->join_group({.group = "g", .topics = std::move(topics), .instance_id = "a"})
            .value();
    }
    static Process echo() {
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
    Stage stage(*reader, echo(), clock, {.batch_max = 1, .in_flight_max = 2});
    EXPECT_EQ(stage.step(), StepOutcome::worked);
    EXPECT_EQ(stage.step(), StepOutcome::worked);
    EXPECT_EQ(stage.step(), StepOutcome::waiting);
    settle();
    EXPECT_EQ(stage.in_flight(), 0U);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(stage.step(), StepOutcome::worked);
        settle();
    }
    EXPECT_EQ(stage.step(), StepOutcome::idle);
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"0", "1", "2", "3", "4"}));
}

// Goal: a failed publish is repeated after a pause that grows, nothing is skipped, and all is said
// to be well when it is.
TEST_F(StageTest, RepeatsAfterAFailedPublish) {
    append(kRequests, "0");
    append(kRequests, "1");
    const auto reader = join({kRequests});
    Stage stage(*reader, echo(), clock, {.batch_max = 1});
    storage.fail_commits(2);
    std::chrono::microseconds previous{};
    for (int attempt = 0; attempt < 2; ++attempt) {
        EXPECT_EQ(stage.step(), StepOutcome::worked);
        settle();
        EXPECT_EQ(stage.step(), StepOutcome::backing_off);
        ASSERT_TRUE(stage.trouble());
        EXPECT_EQ(stage.trouble()->code, Errc::io);
        const auto pause = stage.retry_at() - clock.steady_now();
        EXPECT_GT(pause, previous);
        previous = pause;
        clock.advance(pause);
        EXPECT_EQ(stage.step(), StepOutcome::worked);  // Goes back.
        EXPECT_TRUE(stage.trouble());                  // Until something is published.
    }
    while (stage.step() != StepOutcome::idle) settle();
    EXPECT_FALSE(stage.trouble());
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"0", "1"}));
}

// A log whose publishes end when the test says so, and which counts how often it is rewound.
struct HeldReader final : eventlog::GroupReader {
    std::vector<eventlog::Done> under_way;
    int rewinds = 0;

    base::Result<std::vector<Record>> poll(std::size_t /*records_max*/) override {
        return std::vector{input("x")};
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
    void on_revoke(
        std::function<void(const std::vector<eventlog::TopicPartition>&)> /*revoked*/
    ) override {}
};

// Goal: after a failed publish it goes back only when no other one is under way, which might still
// take effect and be repeated.
TEST_F(StageTest, GoesBackWhenNothingIsUnderWay) {
    HeldReader reader;
    Stage stage(reader, echo(), clock, {.batch_max = 1});
    EXPECT_EQ(stage.step(), StepOutcome::worked);
    EXPECT_EQ(stage.step(), StepOutcome::worked);
    ASSERT_EQ(reader.under_way.size(), 2U);
    reader.under_way[0](base::fail(Errc::io, "the first one"));
    EXPECT_EQ(stage.step(), StepOutcome::backing_off);
    for (int i = 0; i < 3; ++i) {
        clock.advance(stage.retry_at() - clock.steady_now());
        EXPECT_EQ(stage.step(), StepOutcome::backing_off);
        EXPECT_GT(stage.retry_at(), clock.steady_now());
    }
    EXPECT_EQ(reader.rewinds, 0);
    reader.under_way[1]({});
    clock.advance(stage.retry_at() - clock.steady_now());
    EXPECT_EQ(stage.step(), StepOutcome::worked);
    EXPECT_EQ(reader.rewinds, 1);
}

// Goal: while the store is away nothing is committed; when it is back, everything gets there.
TEST_F(StageTest, TheArchiverCatchesUp) {
    const std::string response = R"({"UUID":")" + std::string(kId) + R"(","Prediction":2.0})";
    append(kResponses, response);
    append(kResponses, R"({"UUID":")" + std::string(kId) + R"(","Prediction":3.0})");
    append(kResponses, "nobody's");
    const auto reader = join({kResponses, kDeadLetters});
    Archiver archiver(store, kResponses);
    Stage stage(
        *reader,
        [&archiver](const std::vector<Record>& records) { return archiver.process(records); },
        clock
    );
    store.fail_puts(3);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(stage.step(), StepOutcome::backing_off);
        EXPECT_TRUE(log->admin().committed("g", {kResponses})->empty());
        clock.advance(std::chrono::seconds(10));
        EXPECT_EQ(stage.step(), StepOutcome::worked);
    }
    while (stage.step() != StepOutcome::idle) settle();
    EXPECT_EQ(store.count(), 1);
    EXPECT_EQ(log->admin().committed("g", {kResponses})->size(), 1U);
    store.find(*base::Uuid::parse(kId), [&](const auto& found) {
        EXPECT_EQ((*found)->outcome.json, response);  // The first one.
    });
}

// Goal: a stage whose place another instance took stops for good.
TEST_F(StageTest, StopsWhenReplaced) {
    append(kRequests, "0");
    const auto old = join({kRequests});
    Stage stage(*old, echo(), clock);
    EXPECT_EQ(stage.step(), StepOutcome::worked);
    const auto fresh = join({kRequests});
    settle();
    EXPECT_EQ(stage.step(), StepOutcome::backing_off);
    clock.advance(std::chrono::seconds(10));
    EXPECT_EQ(stage.step(), StepOutcome::fenced);
    EXPECT_TRUE(values(kResponses).empty());
    Stage second(*fresh, echo(), clock);
    EXPECT_EQ(second.step(), StepOutcome::worked);
    settle();
    EXPECT_EQ(values(kResponses), (std::vector<std::string>{"0"}));
}

}  // namespace
}  // namespace flightcast::scoring
