// SPDX-License-Identifier: Apache-2.0
#include "experiment/decider.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "experiment/shadow_record.h"
#include "judging/evaluation_json.h"
#include "registry/record_json.h"

namespace flightcast::experiment {
namespace {

using eventlog::Record;
using registry::Decision;
using registry::Event;
using registry::ExperimentDecided;

constexpr const char* kOld = "old@000000000001";
constexpr const char* kNew = "new@000000000002";
constexpr const char* kBundled = "flightcast@0123456789ab";
constexpr int kFlightsPerHour = 60;

// The topics, and deciders that follow them.
struct DeciderTest : testing::Test {
    const flight::TopicSet topics{.request = "q", .response = "r", .dead_letter = "d"};
    base::ManualClock clock;
    base::SeededRandom random{11};
    std::vector<Record> log;
    registry::Registry registry;
    std::int64_t offset = 0;
    base::WallTime now{std::chrono::hours(400'000)};

    Record append(const std::string& topic, std::string value) {
        log.push_back(
            {.at = {topic, eventlog::PartitionId(0)},
             .offset = eventlog::Offset(offset++),
             .appended = std::chrono::floor<std::chrono::milliseconds>(now),
             .key = {},
             .value = std::move(value),
             .headers = {}}
        );
        return log.back();
    }
    void write(Event event) {
        const registry::Record record{
            .id = base::Uuid::random(random),
            .follows = registry.head(),
            .at = now,
            .author = "ann",
            .reason = "",
            .event = std::move(event)
        };
        const Record appended = append(topics.models, registry::encode_record(record));
        ASSERT_EQ(registry.apply(record, appended.appended), registry::Fate::applied);
    }
    void add_versions() {
        for (const char* const model : {kOld, kNew}) {
            write(
                registry::VersionAdded{
                    .model = model,
                    .digest = std::string(64, 'a'),
                    .bytes = 1,
                    .parts = 1,
                    .parts_at = 0,
                    .card = "{}"
                }
            );
        }
    }
    void promote(const char* model) {
        write(registry::AliasSet{.alias = "champion", .model = model});
    }
    Decider decider() {
        const auto tell = [this](const registry::Record& record) { told.push_back(record); };
        return Decider({.topics = topics, .bundled = kBundled, .on_decided = tell}, clock, random);
    }

    // An hour of flights: `answering` gives the truth this probability, `shadow` that one.
    void hour(const char* answering, double truth, const char* shadow, double shadow_truth) {
        for (int i = 0; i < kFlightsPerHour; ++i) {
            const base::Uuid id = base::Uuid::random(random);
            // Flights differ, and both models alike.
            const double luck = 0.05 * random.unit();
            const auto given = [luck](double probability) {
                const double p = probability + luck;
                return flight::Probabilities{1 - p, 0, p, 0};
            };
            append(
                topics.shadow,
                encode_shadow({.id = id, .answers = {{shadow, given(shadow_truth)}}, .dropped = {}})
            );
            append(
                topics.evaluation,
                judging::encode_evaluation(
                    {.id = id,
                     .model = answering,
                     .requested_at = now,
                     .predicted = 2,
                     .probabilities = given(truth),
                     .observed = 2,
                     .arrived_at = now,
                     .reported_at = now}
                )
            );
        }
        now += std::chrono::hours(1);
    }
    std::vector<registry::Record> told;

    // What a decider that reads all so far would write.
    std::optional<registry::Record> decided() {
        Decider one = decider();
        one.consume(log);
        const auto records = one.take_due();
        if (records.empty()) return std::nullopt;
        EXPECT_TRUE(one.take_due().empty()) << "one is under way";
        auto record = registry::decode_record(*records.front().value).value();
        EXPECT_TRUE(!told.empty() && told.back().id == record.id) << "a decision that is not told";
        return record;
    }
};

// Goal: a fresh champion that does harm is rolled back to the one before, by a record with its
// numbers, whoever decides; the same decision is refused once it was taken.
TEST_F(DeciderTest, AHarmfulChampionIsRolledBackOnce) {
    add_versions();
    promote(kOld);
    promote(kNew);
    now += std::chrono::hours(1);
    for (int i = 0; i < 10; ++i) hour(kNew, 0.5, kOld, 0.6);
    const auto first = decided();
    const auto second = decided();
    ASSERT_TRUE(first && second);
    const auto& decision = std::get<ExperimentDecided>(first->event);
    EXPECT_EQ(decision.decision, Decision::harm);
    EXPECT_EQ(decision.model, kNew);
    ASSERT_TRUE(decision.sets);
    EXPECT_EQ(decision.sets->model, kOld);
    std::map<std::string, double> numbers(decision.numbers.begin(), decision.numbers.end());
    EXPECT_GT(numbers["lower"], 0);
    EXPECT_GT(numbers["flights"], 0);
    append(topics.models, registry::encode_record(*first));
    append(topics.models, registry::encode_record(*second));
    EXPECT_FALSE(decided());
    Decider after = decider();
    after.consume(log);
    EXPECT_EQ(after.registry().model_of("champion"), kOld);
    EXPECT_TRUE(after.pairs().empty());
}

// Goal: without enough hours, without truths and between equals nothing is decided.
TEST_F(DeciderTest, TooLittleDecidesNothing) {
    add_versions();
    promote(kOld);
    promote(kNew);
    EXPECT_FALSE(decided());
    now += std::chrono::hours(1);
    for (int i = 0; i < 3; ++i) hour(kNew, 0.4, kOld, 0.6);
    EXPECT_FALSE(decided());
    for (int i = 0; i < 30; ++i) hour(kNew, 0.5, kOld, 0.5);
    EXPECT_FALSE(decided());
    const std::string status = status_json([this] {
        Decider one = decider();
        one.consume(log);
        return one;
    }());
    EXPECT_NE(status.find(R"("verdict":"not enough")"), std::string::npos) << status;
}

// Goal: a challenger that is better is told, and promoted only where that was wished; the model
// inside the program is a champion like others.
TEST_F(DeciderTest, ABetterChallengerIsOffered) {
    for (const bool auto_promote : {false, true}) {
        log.clear();
        registry = {};
        add_versions();
        write(
            registry::ExperimentStarted{
                .experiment = "e",
                .arms = {{.model = kNew}, {.model = kOld}},
                .auto_promote = auto_promote
            }
        );
        now += std::chrono::hours(1);
        for (int i = 0; i < 12; ++i) hour(kBundled, 0.5, kNew, 0.6);
        const auto record = decided();
        ASSERT_TRUE(record);
        const auto& decision = std::get<ExperimentDecided>(record->event);
        EXPECT_EQ(decision.decision, Decision::better);
        EXPECT_EQ(decision.model, kNew);
        EXPECT_EQ(decision.sets.has_value(), auto_promote);
    }
}

// Goal: a challenger that gave no usable answers is out at once, with the reason.
TEST_F(DeciderTest, ABrokenChallengerIsOut) {
    add_versions();
    write(registry::ExperimentStarted{.experiment = "e", .arms = {{.model = kNew}}});
    append(
        topics.shadow,
        encode_shadow(
            {.id = base::Uuid::random(random), .answers = {}, .dropped = {{kNew, "it failed: no"}}}
        )
    );
    const auto record = decided();
    ASSERT_TRUE(record);
    EXPECT_EQ(std::get<ExperimentDecided>(record->event).decision, Decision::broken);
    EXPECT_EQ(record->reason, "it failed: no");
}

// Goal: records that come twice, answers after their truth, and corrections leave exactly the sums
// of the last truth.
TEST_F(DeciderTest, SumsFollowTheTruthExactly) {
    Pairs pairs;
    const base::Uuid id = base::Uuid::random(random);
    const ShadowRecord answers{
        .id = id, .answers = {{"b", {0.25, 0.25, 0.25, 0.25}}}, .dropped = {}
    };
    judging::Evaluation truth{
        .id = id,
        .model = "a",
        .probabilities = flight::Probabilities{0.5, 0.5, 0, 0},
        .observed = 0,
        .reported_at = now
    };
    pairs.take(truth);
    pairs.take(answers, {});
    pairs.take(answers, {});
    pairs.take(truth);
    judging::Evaluation later = truth;
    later.id = base::Uuid::random(random);
    later.reported_at = now + std::chrono::hours(2);
    pairs.take(later);
    auto hours = pairs.hours("b", "a", {});
    ASSERT_EQ(hours.size(), 1U);
    EXPECT_EQ(hours[0].flights, 1);
    EXPECT_DOUBLE_EQ(hours[0].difference, std::log(2.0));
    truth.revision = 2;
    truth.observed = 1;
    truth.probabilities = flight::Probabilities{0.5, 0.125, 0.375, 0};
    pairs.take(truth);
    hours = pairs.hours("a", "b", {});
    EXPECT_DOUBLE_EQ(hours[0].difference, std::log(8.0) - std::log(4.0));
    truth.revision = 3;
    truth.verdict = judging::Verdict::withdrawn;
    pairs.take(truth);
    EXPECT_TRUE(pairs.hours("a", "b", {}).empty());
}

// Goal: an arm that does not get its share of the clients is told as skewed, one that does is not;
// a shadow has no share; the share of a decided arm is the champion's from then on.
TEST_F(DeciderTest, TellsSkewedSplits) {
    add_versions();
    promote(kOld);
    write(registry::ExperimentStarted{.experiment = "e", .arms = {{.model = kNew, .weight = 0.5}}});
    now += std::chrono::hours(1);
    const auto ratio = [this] {
        Decider one = decider();
        one.consume(log);
        const auto pairs = one.pairs();
        EXPECT_EQ(pairs.size(), 2U) << "the fresh champion, and the arm";
        EXPECT_FALSE(pairs.front().ratio);
        return pairs.back().ratio;
    };
    for (int i = 0; i < 4; ++i)
        i % 2 == 0 ? hour(kOld, 0.5, kNew, 0.5) : hour(kNew, 0.5, kOld, 0.5);
    hour(kOld, 0.5, kNew, 0.5);  // It closes the one before.
    ASSERT_TRUE(ratio());
    EXPECT_EQ(ratio()->challenger, 2 * kFlightsPerHour);
    EXPECT_EQ(ratio()->champion, 2 * kFlightsPerHour);
    EXPECT_FALSE(ratio()->is_skewed);
    for (int i = 0; i < 4; ++i) hour(kOld, 0.5, kNew, 0.5);
    EXPECT_TRUE(ratio()->is_skewed);
    Decider one = decider();
    one.consume(log);
    EXPECT_NE(status_json(one).find(R"("skewed":true)"), std::string::npos);
    write(registry::ExperimentDecided{.experiment = "e", .model = kNew});
    Decider after = decider();
    after.consume(log);
    for (const auto& pair : after.pairs()) EXPECT_FALSE(pair.ratio);
}

}  // namespace
}  // namespace flightcast::experiment
