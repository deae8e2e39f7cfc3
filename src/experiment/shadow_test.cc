// SPDX-License-Identifier: Apache-2.0
#include "experiment/shadow.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "base/limits.h"
#include "flight/request_json.h"

namespace flightcast::experiment {
namespace {

using scoring::Model;

constexpr flight::Probabilities kGood = {0.1, 0.2, 0.3, 0.4};

std::shared_ptr<const Model> model_of(
    const std::string& id, std::function<flight::Probabilities()> one
) {
    return std::make_shared<const Model>(Model{
        .id = id, .answer = [one = std::move(one)](std::span<const flight::Request> requests) {
            std::vector<flight::Answer> answers;
            for (std::size_t i = 0; i < requests.size(); ++i) {
                answers.push_back({.probabilities = one()});
            }
            return answers;
        }
    });
}

struct ShadowTest : testing::Test {
    base::ManualClock clock;
    base::SeededRandom random{5};
    std::vector<std::shared_ptr<const Model>> models;
    std::vector<DroppedModel> dropped;
    Shadow shadow{
        [this] {
            return std::make_shared<const std::vector<std::shared_ptr<const Model>>>(models);
        },
        clock,
        {.topic = "shadow", .zone = flight::TimeZone{}},
        [this](const DroppedModel& model) { dropped.push_back(model); }
    };

    eventlog::Record request() {
        const flight::Request request{.id = base::Uuid::random(random), .carrier = "AA"};
        return {
            .at = {"q", eventlog::PartitionId(0)},
            .offset = eventlog::Offset(0),
            .appended = {},
            .key = request.id.to_string(),
            .value = flight::encode_request(request),
            .headers = {}
        };
    }
    std::vector<ShadowRecord> answers(std::size_t count) {
        std::vector<eventlog::Record> requests;
        for (std::size_t i = 0; i < count; ++i) requests.push_back(request());
        std::vector<ShadowRecord> records;
        for (const auto& output : shadow.process(requests)) {
            EXPECT_EQ(output.topic, "shadow");
            const auto read = decode_shadow(*output.value);
            EXPECT_TRUE(read) << *output.value;
            if (read) records.push_back(*read);
        }
        return records;
    }
};

// Goal: one record has the answers of all challengers to a request; without challengers there is
// none, and a request that cannot be read makes none.
TEST_F(ShadowTest, AllChallengersAnswerInOneRecord) {
    EXPECT_TRUE(answers(3).empty());
    for (int i = 0; i < 8; ++i) {
        models.push_back(model_of("m@" + std::to_string(i), [] { return kGood; }));
    }
    const auto records = answers(2);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].answers.size(), 8U);
    EXPECT_EQ(records[0].answers[7], (ShadowAnswer{.model = "m@7", .probabilities = kGood}));
    eventlog::Record damaged = request();
    damaged.value = "{";
    EXPECT_TRUE(shadow.process({damaged}).empty());
}

// Goal: a challenger that throws, stalls or gives no probabilities is told and asked no more, the
// others answer on; one that comes back as a challenger is asked again.
TEST_F(ShadowTest, BadChallengersAreDroppedAlone) {
    int asked = 0;
    const auto good = model_of("good@1", [] { return kGood; });
    const std::pair<std::string, std::function<flight::Probabilities()>> bad[] = {
        {"throws@1", []() -> flight::Probabilities { throw std::runtime_error("no"); }},
        {"nan@1", [] { return flight::Probabilities{std::nan(""), 0.5, 0.5, 0}; }},
        {"infinite@1",
         [] { return flight::Probabilities{std::numeric_limits<double>::infinity(), 0, 0, 0}; }},
        {"sums@1", [] { return flight::Probabilities{0.5, 0.5, 0.5, 0.5}; }},
        {"stalls@1", [this] {
             clock.advance(std::chrono::seconds(1));
             return kGood;
         }},
    };
    for (const auto& [name, one] : bad) {
        dropped.clear();
        asked = 0;
        models = {
            model_of(
                name,
                [&asked, &one] {
                    ++asked;
                    return one();
                }
            ),
            good
        };
        const auto first = answers(2);
        ASSERT_EQ(first.size(), 2U) << name;
        EXPECT_EQ(first[0].answers.size(), 1U) << name;
        ASSERT_EQ(first[0].dropped.size(), 1U) << name;
        EXPECT_EQ(first[0].dropped[0].model, name);
        EXPECT_TRUE(first[1].dropped.empty());
        const int before = asked;
        EXPECT_EQ(answers(5)[4].answers.size(), 1U);
        EXPECT_EQ(asked, before) << name << " is asked again";
        ASSERT_EQ(dropped.size(), 1U) << name;
        EXPECT_FALSE(dropped[0].reason.empty());
        models = {good};
        (void)answers(1);
    }
    models = {model_of("throws@1", [] { return kGood; })};
    EXPECT_EQ(answers(1)[0].answers.size(), 1U);
}

// Goal: a record that is damaged is not taken for another one.
TEST(ShadowRecord, DamagedRecordsAreRefused) {
    const ShadowRecord record{
        .id = *base::Uuid::parse("0910313b-6000-4f14-8550-dae624a4d138"),
        .answers = {{.model = "m@1", .probabilities = {0.25, 0.25, 0.5, 0}}},
        .dropped = {{.model = "b@1", .reason = "it failed"}}
    };
    const std::string text = encode_shadow(record);
    EXPECT_EQ(
        text,
        R"({"UUID":"0910313b-6000-4f14-8550-dae624a4d138","Answers":[{"Model":"m@1",)"
        R"("Probabilities":[0.25,0.25,0.5,0.0]}],"Dropped":[{"Model":"b@1","Reason":"it failed"}]})"
    );
    EXPECT_EQ(decode_shadow(text).value(), record);
    for (const char* const damaged :
         {"",
          "[]",
          R"({"UUID":"x"})",
          R"({"UUID":"0910313b-6000-4f14-8550-dae624a4d138"})",
          R"({"UUID":"0910313b-6000-4f14-8550-dae624a4d138","Answers":[1]})",
          R"({"UUID":"0910313b-6000-4f14-8550-dae624a4d138","Answers":[{"Model":"m",)"
          R"("Probabilities":[1,0,0]}]})",
          R"({"UUID":"0910313b-6000-4f14-8550-dae624a4d138","Answers":[{"Model":"m",)"
          R"("Probabilities":[2,0,0,0]}]})"}) {
        EXPECT_FALSE(decode_shadow(damaged)) << damaged;
    }
}

}  // namespace
}  // namespace flightcast::experiment
